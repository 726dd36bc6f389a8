// How often Paperclip looks for work that nobody has told it of. By itself it looks every 1 to 30 seconds, with dozens of statements each
// time, which is more than the smallest Fly.io machine may use for good. Such work arises from what people, agents and their programs change:
// after a change it is looked for as often as Paperclip wants, and otherwise at each full minute, all of it together.
//
// What calls these functions, and where in Paperclip, is in ../build/reaches.mjs. What they return stands for a timer of Node's, and is not
// cleared: Paperclip's own work does nothing after a shutdown has begun.

import { forget } from "./memory.js";

const second = 1000;
const minute = 60 * second;

/** How long after a change Paperclip keeps its own pace: what follows from a change, follows within that. */
const aftermath = 30 * second;

/** Milliseconds on a clock that is never set. */
const now = () => performance.now();
const untilNextMinute = () => minute - (Date.now() % minute);

/** What is done again and again: `at` is when next, `last` when it was, `isWanted` whether it keeps its pace without a change, too. */
const jobs = [];
const timer = { of: undefined, at: Number.POSITIVE_INFINITY };
let lastChange = now();

/**
 * Tells that somebody has changed something, or may have.
 *
 * @param {string} [url] of the request, where it was one
 */
export function changed(url) {
  forget(url);
  lastChange = now();
  for (const job of jobs) hurry(job, dueAt(job));
}

/** Whether an event of Paperclip's tells that a run has ended. */
export const isRunOver = ({ type, payload }) =>
  type === "heartbeat.run.status" && !["queued", "running"].includes(payload?.status);

/** Takes note of an event of Paperclip's: it tells of each change that concerns a company. */
export function heard(event) {
  changed();
  if (!isRunOver(event)) return;
  // Others may wait for its place. A moment later, when the database knows of it, too.
  for (const job of jobs) if (job.fillsPlaces) hurry(job, now() + second / 2);
}

/** Like setInterval, but without a change only at each full minute. */
export function afterChanges(work, milliseconds) {
  return begin({ work, milliseconds });
}

/** Like afterChanges, and at once when a run is over: work that also lets in who waits for the place of another. */
export function scheduler(work, milliseconds) {
  return begin({ work, milliseconds, fillsPlaces: true });
}

/**
 * Like setInterval, but only where a company has a chat or mail channel; whether one has is looked up after changes and at each full minute.
 * Begins at once, as there may be some from before.
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
      // Until now it may have slept.
      hurry(job, dueAt(job));
    }
    if (channels) work();
  };
  // A database that does not answer is Paperclip's to tell of; here it is asked again.
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

/** Has a job done at a time, unless it is due before that anyhow. */
function hurry(job, at) {
  job.at = Math.min(job.at, at);
  plan();
}

/** When a job is due, by its pace and when it was done. */
function dueAt({ last, milliseconds, isWanted = () => false }) {
  const own = Math.max(last + milliseconds, now());
  return own <= lastChange + aftermath || isWanted() ? own : now() + untilNextMinute();
}

/** One timer for all jobs: without a change the process wakes up once in a minute. */
function plan() {
  const at = Math.min(...jobs.map((job) => job.at));
  if (at === timer.at) return;
  clearTimeout(timer.of);
  timer.at = at;
  timer.of = setTimeout(doWhatIsDue, Math.max(1, at - now()));
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
