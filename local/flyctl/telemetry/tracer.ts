import { AsyncLocalStorage } from "node:async_hooks";
import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { HttpClient } from "../api/http.ts";
import type { Environment } from "../config/environment.ts";
import type { Streams } from "../output/streams.ts";
import { exportRequest, type Span } from "./otlp.ts";

const exportInterval = 5000;
const shutdownTimeout = 500;

interface CurrentSpan {
  traceId: string;
  spanId: string;
}

/** Where a deploy's spans go, and the raw token that goes with them in clear over plain HTTP. */
export interface TraceExport {
  appName: string;
  token: string;
  http: HttpClient;
  environment: Environment;
  streams: Streams;
}

/** Records what a deploy does, once it is started; other commands leave no trace. */
export class Tracer {
  readonly #current = new AsyncLocalStorage<CurrentSpan>();
  #finished: Span[] = [];
  #export: TraceExport | undefined;
  #timer: NodeJS.Timeout | undefined;

  start(target: TraceExport): void {
    this.#export = target;
    this.#timer = setInterval(() => void this.#flush(), exportInterval);
    this.#timer.unref();
  }

  /** Runs a step as a span of its own. The step gets the id of its trace, empty if nothing is traced. */
  async span<T>(name: string, step: (traceId: string) => Promise<T>): Promise<T> {
    if (!this.#export) return step("");
    const parent = this.#current.getStore();
    const traceId = parent?.traceId ?? randomBytes(16).toString("hex");
    const spanId = randomBytes(8).toString("hex");
    const start = now();
    const finish = (failed: boolean) =>
      this.#finished.push({
        name,
        traceId,
        spanId,
        start,
        end: now(),
        failed,
        ...(parent ? { parentId: parent.spanId } : {}),
      });
    try {
      const result = await this.#current.run({ traceId, spanId }, () => step(traceId));
      finish(false);
      return result;
    } catch (error) {
      finish(true);
      throw error;
    }
  }

  /** Exports what is left; gives up after half a second. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.race([this.#flush(), delay(shutdownTimeout, undefined, { ref: false })]);
    this.#export = undefined;
  }

  async #flush(): Promise<void> {
    const spans = this.#finished;
    const target = this.#export;
    if (!target || spans.length === 0) return;
    this.#finished = [];
    if (target.environment.first("LOG_LEVEL") === "trace") {
      for (const span of spans) target.streams.out(`${describe(span)}\n`);
      return;
    }
    const host = target.environment.nonEmpty("FLY_TRACE_COLLECTOR_URL", "fly-otel-collector-prod.fly.dev");
    await target.http
      .send({
        method: "POST",
        url: `http://${host}:4318/v1/traces`,
        headers: { "Content-Type": "application/x-protobuf", authorization: target.token },
        body: exportRequest(spans, { "app.name": target.appName }),
        timeout: 10_000,
        quiet: true,
      })
      .catch(() => {
        // A collector that cannot be reached changes nothing.
      });
  }
}

const startedAt = BigInt(Date.now()) * 1_000_000n;
const clockAtStart = process.hrtime.bigint();
const now = (): bigint => startedAt + process.hrtime.bigint() - clockAtStart;

function describe({ name, traceId, spanId, start, end }: Span): string {
  const times = { StartTime: String(start), EndTime: String(end) };
  return JSON.stringify(
    { Name: name, SpanContext: { TraceID: traceId, SpanID: spanId }, ...times },
    null,
    "\t",
  );
}
