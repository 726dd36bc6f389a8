// Durations and times in Go's notation: `1m30s`, `2026-11-22T11:41:04Z`.

const unitMs: Record<string, number> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};
const part = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g;

/** Milliseconds; undefined when the text is not a duration. */
export function parseDuration(text: string): number | undefined {
  const [, sign = "", body = ""] = text.match(/^([+-]?)(.*)$/) ?? [];
  if (body === "0") return 0;
  if (body === "" || body.replace(part, "") !== "") return undefined;
  const ms = [...body.matchAll(part)].reduce(
    (sum, [, amount, unit = ""]) => sum + Number(amount) * (unitMs[unit] ?? 0),
    0,
  );
  return sign === "-" ? -ms : ms;
}

/** For a duration of a second or more. */
export function formatDuration(ms: number): string {
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor(ms / 60_000) % 60;
  const seconds = (ms % 60_000) / 1000;
  if (hours > 0) return `${hours}h${minutes}m${seconds}s`;
  return minutes > 0 ? `${minutes}m${seconds}s` : `${seconds}s`;
}

/** A time of the API as the real plugin keeps it: without fractions of a second, in the zone it came in. */
export function timestamp(text: unknown): string {
  return String(text ?? "0001-01-01T00:00:00Z").replace(/\.\d+/, "");
}
