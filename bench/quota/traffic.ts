import type { BrowserContext, Request } from "playwright-core";

/** The requests of a profile's pages and their service worker, from the browser's network log. */
export class Traffic {
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

  /** Bytes of all responses so far, as they came over the wire. Responses from a cache do not count. */
  async bytes(): Promise<number> {
    return (await Promise.all(this.#sizes)).reduce((sum, size) => sum + size, 0);
  }

  /** Seconds since a request last began or ended. */
  silentSeconds(): number {
    return (performance.now() - this.#last) / 1000;
  }

  /** Seconds without a request; 0 while one is open. */
  quietSeconds(): number {
    return this.#open.size > 0 ? 0 : this.silentSeconds();
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
    // A page that was closed in the meantime reports no sizes.
    this.#sizes.push(size.catch(() => 0));
    this.#ends(request);
  };

  #ends = (request: Request) => {
    this.#open.delete(request);
    this.#last = performance.now();
  };
}
