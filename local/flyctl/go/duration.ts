// Go's time.Duration: a number of nanoseconds, written as `1h2m3.5s`.

const nanoseconds: Record<string, number> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** @returns nanoseconds. @throws with the wording of Go's time.ParseDuration. */
export function parseDuration(text: string): number {
  const [, sign, rest = ""] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (rest === "0") return 0;
  if (rest === "") throw new Error(`time: invalid duration ${JSON.stringify(text)}`);
  let total = 0;
  let remaining = rest;
  while (remaining !== "") {
    const part = /^(\d+\.?\d*|\.\d+)([^\d.]*)/.exec(remaining);
    if (!part) throw new Error(`time: invalid duration ${JSON.stringify(text)}`);
    const [whole, number, unit = ""] = part;
    if (unit === "") throw new Error(`time: missing unit in duration ${JSON.stringify(text)}`);
    const factor = nanoseconds[unit];
    if (!factor)
      throw new Error(`time: unknown unit ${JSON.stringify(unit)} in duration ${JSON.stringify(text)}`);
    total += Number(number) * factor;
    remaining = remaining.slice(whole.length);
  }
  return sign === "-" ? -total : total;
}

/** @param duration nanoseconds */
export function formatDuration(duration: number): string {
  if (duration === 0) return "0s";
  const sign = duration < 0 ? "-" : "";
  const size = Math.abs(duration);
  if (size < 1e9) return sign + subSecond(size);
  const hours = Math.floor(size / 3600e9);
  const minutes = Math.floor((size % 3600e9) / 60e9);
  const seconds = (size % 60e9) / 1e9;
  return `${sign}${hours ? `${hours}h` : ""}${hours || minutes ? `${minutes}m` : ""}${seconds}s`;
}

function subSecond(size: number): string {
  if (size < 1e3) return `${size}ns`;
  return size < 1e6 ? `${size / 1e3}µs` : `${size / 1e6}ms`;
}
