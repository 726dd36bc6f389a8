import type { HttpClient } from "../api/http.ts";
import type { Settings } from "../config/settings.ts";
import { messageOf } from "../errors.ts";
import { goJson } from "../go/json.ts";
import type { Streams } from "../output/streams.ts";
import { buildInfo, version } from "../version.ts";

const timeout = 15_000;

/** What a command reports of itself at its end, if metrics are on. */
export class Metrics {
  readonly #started = performance.now();
  readonly #queue: { m: string; p: unknown }[] = [];
  readonly #graphql = { calls: 0, seconds: 0 };

  /** @param payload is null for a metric that only counts */
  record(name: string, payload: unknown = null): void {
    this.#queue.push({ m: name, p: payload });
  }

  recordRun(state: "started" | "successful"): void {
    this.record(`runs/${buildInfo.OS}/${state}`);
  }

  /** Counts a GraphQL request and the time that it takes. */
  async timed<T>(request: () => Promise<T>): Promise<T> {
    const started = performance.now();
    try {
      return await request();
    } finally {
      this.#graphql.calls++;
      this.#graphql.seconds += (performance.now() - started) / 1000;
    }
  }

  async flush(
    command: string,
    failed: boolean,
    settings: Settings,
    http: HttpClient,
    streams: Streams,
  ): Promise<void> {
    if (!settings.sendsMetrics) return;
    this.#recordCommand(command, failed);
    const problem = await http
      .send({
        method: "POST",
        url: `${settings.metricsBaseUrl}/metrics_post`,
        headers: { Authorization: `Bearer ${settings.metricsToken}`, "User-Agent": `flyctl/${version}` },
        body: goJson(this.#queue),
        timeout,
        quiet: true,
      })
      .then(({ status }) => (status === 200 ? undefined : `metrics send failed with status ${status}`))
      .catch((error) => `failed to send metrics: ${messageOf(error)}`);
    if (problem) streams.error(`Warning: Metrics send issue: ${problem}\n`);
  }

  #recordCommand(command: string, failed: boolean): void {
    this.record("command/stats", {
      c: command,
      d: (performance.now() - this.#started) / 1000,
      gc: this.#graphql.calls,
      gd: this.#graphql.seconds,
      // flyctl means to count requests to the Machines API here, and does not.
      fc: 0,
      fd: 0,
      gpu: false,
      f: failed,
    });
  }
}
