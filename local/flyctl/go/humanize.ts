const second = 1000;
const day = 24 * 3600 * second;

const minute = 60 * second;
const hour = 60 * minute;
const month = 30 * day;
const year = 12 * month;
const spans: [number, string][] = [
  [year, "year"],
  [month, "month"],
  [7 * day, "week"],
  [day, "day"],
  [hour, "hour"],
  [minute, "minute"],
  [second, "second"],
];

/** A rough age in the words of Go's humanize library: `3 minutes ago`. */
export function timeAgo(then: number, now = Date.now()): string {
  const distance = Math.abs(now - then);
  const suffix = then <= now ? "ago" : "from now";
  if (distance >= 37 * year) return `a long while ${suffix}`;
  const [span, name] = spans.find(([length]) => distance >= length) ?? [];
  if (!span) return "now";
  // In this library the second year begins half a year early.
  const count =
    span === year && distance >= 1.5 * year
      ? Math.max(2, Math.floor(distance / year))
      : Math.floor(distance / span);
  return `${count} ${name}${count === 1 ? "" : "s"} ${suffix}`;
}

/** The age if it is less than a day, e.g. `2m3s ago`. Otherwise the date. */
export function relativeTime(then: number, now = Date.now()): string {
  const past = then < now;
  const seconds = Math.trunc(Math.abs(now - then) / second);
  if (past && seconds < 1) return "just now";
  const suffix = past ? " ago" : "";
  if (seconds < 60) return `${seconds}s${suffix}`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${seconds % 60}s${suffix}`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)}h${Math.floor(seconds / 60) % 60}m${suffix}`;
  return dateAndMinute(new Date(then));
}

function dateAndMinute(date: Date): string {
  const name = date.toLocaleString("en-US", { month: "short", timeZone: "UTC" });
  return `${name} ${date.getUTCDate()} ${String(date.getUTCFullYear()).padStart(4, "0")} ${date.toISOString().slice(11, 16)}`;
}

const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** `1048576` as `1.0 MiB`. */
export function binaryBytes(size: number): string {
  if (size < 10) return `${size} B`;
  const power = Math.floor(Math.log(size) / Math.log(1024));
  const value = Math.floor((size / 1024 ** power) * 10 + 0.5) / 10;
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ${units[power]}`;
}
