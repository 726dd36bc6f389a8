/** What Go prints for a time that was never set. */
export const zeroTime = "0001-01-01T00:00:00Z";

/** RFC 3339 in Go's form, without trailing zeros in the fraction. @throws with Go's wording if the text is not such a time. */
export function normalTime(text: string): string {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text)) {
    throw new Error(`parsing time ${JSON.stringify(text)} as "2006-01-02T15:04:05Z07:00": cannot parse`);
  }
  return text.replace(/\.(\d*?)0*(?=Z|[+-]\d\d:\d\d$)/, (_, digits) => (digits === "" ? "" : `.${digits}`));
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Go's RFC 822 layout, e.g. `22 Nov 26 11:26 UTC`. */
export function rfc822(text: string): string {
  const [, year, month, day, clock, zone] =
    /^\d\d(\d\d)-(\d\d)-(\d\d)T(\d\d:\d\d):[\d.]+(Z|[+-]\d\d:\d\d)$/.exec(text) ?? [];
  const zoneName = zone === "Z" || zone === "+00:00" ? "UTC" : (zone ?? "").replace(":", "");
  return `${day} ${months[Number(month) - 1]} ${year} ${clock} ${zoneName}`;
}

/** The time in UTC to the second, in Go's RFC 3339 layout. */
export function rfc3339Seconds(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, "Z");
}
