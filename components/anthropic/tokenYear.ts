/** How long a subscription's token is valid: a year from when `claude setup-token` made it. Days are texts like 2026-11-28, in UTC. */
import { setClaudeToken } from "./credentials.ts";

const dayMs = 24 * 60 * 60 * 1000;

/** Days for which a token is valid. */
const validDays = 365;

/** Days before its end from which on people are told. */
const noticeDays = 30;

/** What replaces a token by a new one, typed after `claude setup-token` has printed it. */
export const replaceToken = `${setClaudeToken} && pulumi up`;

export const dayOf = (time: Date): string => time.toISOString().slice(0, 10);

/**
 * What there is to say of a token's end; undefined as long as it is more than 30 days away.
 *
 * @param setOn the day on which the stack got the token, which can be later than the day on which it was made
 */
export function tokenEndText(setOn: string, today: string): string | undefined {
  const end = dayOf(new Date(Date.parse(setOn) + validDays * dayMs));
  const daysLeft = Math.round((Date.parse(end) - Date.parse(today)) / dayMs);
  if (daysLeft > noticeDays) return undefined;
  const when = daysLeft < 0 ? `ended on ${end}` : `ends on ${end} or before`;
  return `the claudeToken ${when}: it is good for a year, and the stack has it since ${setOn}`;
}
