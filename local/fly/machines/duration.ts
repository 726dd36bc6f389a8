const unitMilliseconds: Record<string, number> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/**
 * Milliseconds of a Go duration such as `1m30s` or of a number of nanoseconds, the two forms that fly-go sends.
 * Undefined if the value is neither of these, or negative.
 */
export function durationMilliseconds(duration: string | number): number | undefined {
  if (typeof duration === "number") return duration < 0 ? undefined : duration / 1e6;
  if (duration === "0") return 0;
  if (!/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(duration)) return undefined;
  let total = 0;
  for (const [, amount, unit] of duration.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)) {
    total += Number(amount) * (unitMilliseconds[unit ?? ""] ?? 0);
  }
  return total;
}
