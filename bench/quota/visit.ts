/** A person's visit to the dashboard: until its words can be read, until everything has loaded, and what that costs. */
import pRetry from "p-retry";
import pWaitFor, { TimeoutError } from "p-wait-for";
import type { BrowserContext, Page } from "playwright-core";
import type { FlyMachine } from "./flyMachine.ts";
import { Stalled, watchForStall } from "./stall.ts";
import { Traffic } from "./traffic.ts";

export interface Visit {
  /** Until the words are visible. */
  seconds: number;
  /** Of all responses until then and until the page is quiet, as they come over the wire. */
  bytes: number;
  requests: number;
  /** Of the machine, until the page is quiet; undefined if it never is. */
  cpuSeconds: number | undefined;
}

/** The page to look at. */
export interface Sight {
  url: string;
  /** Words that are only on this page, and only once its data is there. */
  words: string;
}

/** Seconds without a request after which a page counts as loaded. */
const quietSeconds = 1;

/**
 * Opens the page in a tab of its own, which the caller closes. The visit is undefined if the page's words do not come in time.
 *
 * @throws Stalled if the visit says nothing about the machine; the tab is closed then
 */
export async function visit(
  context: BrowserContext,
  machine: FlyMachine,
  sight: Sight,
  limitSeconds: number,
): Promise<{ page: Page; visit: Visit | undefined }> {
  const page = await context.newPage();
  const traffic = new Traffic(context);
  const over = new AbortController();
  try {
    const stall = watchForStall(machine, traffic, over.signal);
    const looked = look(page, machine, traffic, sight, limitSeconds);
    // The watch ends without an error only when it is called off.
    return { page, visit: await Promise.race([looked, stall.then(() => looked)]) };
  } catch (error) {
    await page.close();
    throw error;
  } finally {
    over.abort();
    traffic.stop();
  }
}

async function look(
  page: Page,
  machine: FlyMachine,
  traffic: Traffic,
  sight: Sight,
  limitSeconds: number,
): Promise<Visit | undefined> {
  const cpuBefore = await machine.cpuSeconds();
  const started = performance.now();
  const elapsed = () => (performance.now() - started) / 1000;
  const left = () => Math.ceil(Math.max(1, (limitSeconds - elapsed()) * 1000));
  const open = async () => {
    await page.goto(sight.url, { waitUntil: "commit", timeout: left() });
    await page.getByText(sight.words).first().waitFor({ timeout: left() });
    return elapsed();
  };
  // After a broken connection the page is opened again, as a person would do.
  const again = { retries: limitSeconds, factor: 1, minTimeout: 1000, maxRetryTime: limitSeconds * 1000 };
  const seconds = await pRetry(open, { ...again, shouldRetry: () => !page.isClosed() }).catch(
    () => undefined,
  );
  if (seconds === undefined) return undefined;
  const isQuiet = await becomesQuiet(traffic, Math.max(30_000, left()));
  const cpuSeconds = isQuiet ? (await machine.cpuSeconds()) - cpuBefore : undefined;
  return { seconds, bytes: await traffic.bytes(), requests: traffic.requests, cpuSeconds };
}

const becomesQuiet = (traffic: Traffic, timeout: number) =>
  pWaitFor(() => traffic.quietSeconds() >= quietSeconds, { interval: 50, timeout }).then(
    () => true,
    (error) => {
      if (error instanceof TimeoutError) return false;
      throw error;
    },
  );

/** Repeats work that a stuck connection has spoilt. */
export const unlessStalled = <Result>(work: () => Promise<Result>): Promise<Result> =>
  pRetry(work, {
    retries: 3,
    minTimeout: 0,
    shouldRetry: ({ error }) => error instanceof Stalled,
    onFailedAttempt: ({ error }) => {
      if (error instanceof Stalled) console.log(`    once more: ${error.message}`);
    },
  });
