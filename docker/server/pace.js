// Sets how often Paperclip polls for work. On its own it polls every 1 to 30 seconds, with dozens of statements each time: more CPU than the
// smallest Fly.io machine is given in the long run. Work arises when people, agents or their programs change something. So Paperclip polls at
// its own pace after a change, and otherwise at each full minute, everything together.
//
// ../build/reaches.mjs says where Paperclip calls these functions. What they return stands in for a timer of Node's and is never cleared:
// Paperclip's own jobs do nothing once a shutdown has begun.

import { runIsOver } from "./leftovers.js";
import { forget } from "./memory.js";
import { inNoRun } from "./runs.js";

const second = 1000;
const minute = 60 * second;

/** How long Paperclip keeps its own pace after a change. The consequences of a change come within this time. */
const aftermath = 30 * second;

/** Milliseconds on a monotonic clock. */
const now = () => performance.now();
const untilNextMinute = () => minute - (Date.now() % minute);

/** Recurring jobs. `at`: when it is due next. `last`: when it ran. `isWanted`: whether it keeps its pace without a change. */
const jobs = [];
const timer = { of: undefined, at: Number.POSITIVE_INFINITY };
let lastChange = now();

/**
 * Reports that somebody has changed something, or could have.
 *
 * @param {string} [url] of the request, if it was one
 */
export function changed(url) {
  forget(url);
  lastChange = now();
  for (const job of jobs) hurry(job, dueAt(job));
}

/** Whether an event of Paperclip says that a run has ended. */
export const isRunOver = ({ type, payload }) =>
  type === "heartbeat.run.status" && !["queued", "running"].includes(payload?.status);

/** Handles an event of Paperclip: there is one for each change in a company. */
export function heard(event) {
  changed();
  if (!isRunOver(event)) return;
  runIsOver(event.payload.runId);
  // Other runs can be waiting for its place. A moment later the database knows that it is free.
  for (const job of jobs) if (job.fillsPlaces) hurry(job, now() + second / 2);
}

/** Like setInterval, but only at each full minute while nothing changes. */
export function afterChanges(work, milliseconds) {
  return begin({ work, milliseconds });
}

/** Like afterChanges, and also as soon as a run ends: for the job that starts waiting runs. */
export function scheduler(work, milliseconds) {
  return begin({ work, milliseconds, fillsPlaces: true });
}

/**
 * Like setInterval, but only while a company has a chat or mail channel, which is looked up after changes and at each full minute. Starts at
 * once, because there can be channels already.
 *
 * @param db Paperclip's database, a drizzle client
 */
export function whereChannelsAre(db, work, milliseconds) {
  let channels = false;
  let lookedAt = Number.NEGATIVE_INFINITY;
  const pass = async () => {
    const since = now();
    if (lookedAt < lastChange || since - lookedAt >= minute - second) {
      lookedAt = since;
      channels = await hasChannels(db);
      // The job could have been asleep until now.
      hurry(job, dueAt(job));
    }
    if (channels) work();
  };
  // Paperclip reports a database that does not answer. Here it is asked again.
  const again = () =>
    void pass().catch(() => {
      lookedAt = Number.NEGATIVE_INFINITY;
    });
  const job = { work: again, milliseconds, isWanted: () => channels };
  const timer = begin(job);
  again();
  return timer;
}

async function hasChannels(db) {
  const [row] = await db.execute("SELECT EXISTS (SELECT FROM chat_endpoints) AS found");
  return row.found;
}

function begin(job) {
  jobs.push(Object.assign(job, { last: now() }));
  job.at = dueAt(job);
  plan();
  return { unref() {} };
}

/** Makes a job due at a time, unless it is due earlier. */
function hurry(job, at) {
  job.at = Math.min(job.at, at);
  plan();
}

/** When a job is due, by its pace and its last run. */
function dueAt({ last, milliseconds, isWanted = () => false }) {
  const own = Math.max(last + milliseconds, now());
  return own <= lastChange + aftermath || isWanted() ? own : now() + untilNextMinute();
}

/** One timer for all jobs: while nothing changes, the process wakes up once a minute. */
function plan() {
  const at = Math.min(...jobs.map((job) => job.at));
  if (at === timer.at) return;
  clearTimeout(timer.of);
  timer.at = at;
  // What an agent has changed is what makes a job due; what the job starts then is not the agent's.
  timer.of = inNoRun(() => setTimeout(doWhatIsDue, Math.max(1, at - now())));
  timer.of.unref();
}

function doWhatIsDue() {
  timer.at = Number.POSITIVE_INFINITY;
  const due = jobs.filter(({ at }) => at <= now() + 1);
  for (const job of due) {
    job.last = now();
    job.at = dueAt(job);
    job.work();
  }
  plan();
}
