/** A person's visit to the dashboard: until its words can be read, until it has all that it asks for, and what that costs. */
import pWaitFor, { TimeoutError } from "p-wait-for";
import type { BrowserContext, CDPSession, Page } from "playwright-core";
import type { FlyMachine } from "./flyMachine.ts";

export interface Visit {
  /** Until the words are visible. */
  seconds: number;
  /** Of all responses until then and until the page is quiet, as they come over the wire. */
  bytes: number;
  requests: number;
  /** Of the machine, until the page is quiet; undefined where it does not become so. */
  cpuSeconds: number | undefined;
}

/** What is looked at. */
export interface Sight {
  url: string;
  /** Words that are only on this page and only once its data is there. */
  words: string;
}

/** Seconds without a request after which a page has all that it asks for. */
const quietSeconds = 1;

/** Opens the page in a tab of its own, which the caller closes; undefined when its words do not come in time. */
export async function visit(
  context: BrowserContext,
  machine: FlyMachine,
  sight: Sight,
  limitSeconds: number,
): Promise<{ page: Page; visit: Visit | undefined }> {
  const page = await context.newPage();
  const traffic = await Traffic.of(await context.newCDPSession(page));
  const cpuBefore = await machine.cpuSeconds();
  const started = performance.now();
  const elapsed = () => (performance.now() - started) / 1000;
  const left = () => Math.ceil(Math.max(1, (limitSeconds - elapsed()) * 1000));
  let seconds: number | undefined;
  while (seconds === undefined && elapsed() < limitSeconds) {
    seconds = await (async () => {
      await page.goto(sight.url, { waitUntil: "commit", timeout: left() });
      await page.getByText(sight.words).first().waitFor({ timeout: left() });
      return elapsed();
    })().catch((error: Error) => {
      // A connection that broke is begun again, as a person does; a page that was closed is not.
      if (page.isClosed()) throw error;
      return undefined;
    });
  }
  if (seconds === undefined) return { page, visit: undefined };
  const isQuiet = await pWaitFor(() => traffic.quietSeconds() >= quietSeconds, {
    interval: 50,
    timeout: Math.max(30_000, left()),
  }).then(
    () => true,
    (error) => {
      if (error instanceof TimeoutError) return false;
      throw error;
    },
  );
  const cpuSeconds = isQuiet ? (await machine.cpuSeconds()) - cpuBefore : undefined;
  return { page, visit: { seconds, bytes: traffic.bytes, requests: traffic.requests, cpuSeconds } };
}

/** What a page asks for, as the browser's own network log has it. */
class Traffic {
  bytes = 0;
  requests = 0;
  #last = performance.now();
  readonly #open = new Set<string>();

  static async of(session: CDPSession): Promise<Traffic> {
    const traffic = new Traffic();
    session.on("Network.requestWillBeSent", ({ requestId, type }) => {
      traffic.#touch();
      traffic.requests += 1;
      // Streams of events stay open as long as the page does.
      if (type !== "EventSource") traffic.#open.add(requestId);
    });
    session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
      traffic.bytes += encodedDataLength;
      traffic.#end(requestId);
    });
    session.on("Network.loadingFailed", ({ requestId }) => traffic.#end(requestId));
    await session.send("Network.enable");
    return traffic;
  }

  /** Seconds for which nothing was asked for or waited for. */
  quietSeconds(): number {
    return this.#open.size > 0 ? 0 : (performance.now() - this.#last) / 1000;
  }

  #touch() {
    this.#last = performance.now();
  }

  #end(requestId: string) {
    this.#open.delete(requestId);
    this.#touch();
  }
}
