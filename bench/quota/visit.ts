/** A person's visit to the dashboard: until its words can be read, until it has all that it asks for, and what that costs. */
import pRetry from "p-retry";
import pWaitFor, { TimeoutError } from "p-wait-for";
import type { BrowserContext, Page, Request } from "playwright-core";
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
  const traffic = new Traffic(context);
  const cpuBefore = await machine.cpuSeconds();
  const started = performance.now();
  const elapsed = () => (performance.now() - started) / 1000;
  const left = () => Math.ceil(Math.max(1, (limitSeconds - elapsed()) * 1000));
  const look = async () => {
    await page.goto(sight.url, { waitUntil: "commit", timeout: left() });
    await page.getByText(sight.words).first().waitFor({ timeout: left() });
    return elapsed();
  };
  // A connection that broke is begun again, as a person does.
  const again = { retries: limitSeconds, factor: 1, minTimeout: 1000, maxRetryTime: limitSeconds * 1000 };
  const seconds = await pRetry(look, again).catch((error: Error) => {
    console.log(`    the page did not come: ${error.message.split("\n")[0]}`);
    return undefined;
  });
  try {
    if (seconds === undefined) return { page, visit: undefined };
    const isQuiet = await becomesQuiet(traffic, Math.max(30_000, left()));
    const cpuSeconds = isQuiet ? (await machine.cpuSeconds()) - cpuBefore : undefined;
    return { page, visit: { seconds, bytes: await traffic.bytes(), requests: traffic.requests, cpuSeconds } };
  } finally {
    traffic.stop();
  }
}

const becomesQuiet = (traffic: Traffic, timeout: number) =>
  pWaitFor(() => traffic.quietSeconds() >= quietSeconds, { interval: 50, timeout }).then(
    () => true,
    (error) => {
      if (error instanceof TimeoutError) return false;
      throw error;
    },
  );

/** What a profile's pages and their service worker ask for, as the browser's network log has it. */
class Traffic {
  requests = 0;
  #last = performance.now();
  readonly #open = new Set<Request>();
  readonly #sizes: Promise<number>[] = [];
  readonly #context: BrowserContext;

  constructor(context: BrowserContext) {
    this.#context = context;
    context.on("request", this.#begins);
    context.on("requestfinished", this.#finishes);
    context.on("requestfailed", this.#ends);
  }

  /** Bytes of all responses so far as they came over the wire; nothing for what came out of a cache. */
  async bytes(): Promise<number> {
    return (await Promise.all(this.#sizes)).reduce((sum, size) => sum + size, 0);
  }

  /** Seconds for which nothing was asked for or waited for. */
  quietSeconds(): number {
    return this.#open.size > 0 ? 0 : (performance.now() - this.#last) / 1000;
  }

  stop(): void {
    this.#context.off("request", this.#begins);
    this.#context.off("requestfinished", this.#finishes);
    this.#context.off("requestfailed", this.#ends);
  }

  #begins = (request: Request) => {
    this.#last = performance.now();
    this.requests += 1;
    // Streams of events stay open as long as the page does.
    if (request.resourceType() !== "eventsource") this.#open.add(request);
  };

  #finishes = (request: Request) => {
    const size = request.sizes().then(({ responseHeadersSize, responseBodySize }) => {
      return responseHeadersSize + responseBodySize;
    });
    // A page that was closed meanwhile tells no more.
    this.#sizes.push(size.catch(() => 0));
    this.#ends(request);
  };

  #ends = (request: Request) => {
    this.#open.delete(request);
    this.#last = performance.now();
  };
}
