/** Megabytes out of a size as Fly.io writes it: `1gb`, `1536mb`, or plain megabytes. Undefined for anything else. */
export function megabytes(size: string): number | undefined {
  const [, digits, unit = "mb"] = /^(\d+)\s*(gb|mb)?$/i.exec(size.trim()) ?? [];
  if (digits === undefined) return undefined;
  return Number(digits) * (unit.toLowerCase() === "gb" ? 1024 : 1);
}

/** Megabytes as a setting has them: `1gb`, `1536mb`. */
export const sizeText = (mb: number): string => (mb % 1024 === 0 ? `${mb / 1024}gb` : `${mb}mb`);
