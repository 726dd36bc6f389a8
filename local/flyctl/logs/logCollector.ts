import { setTimeout as delay } from "node:timers/promises";
import { normalTime } from "../go/time.ts";
import type { Invocation } from "../invocation.ts";
import { faint } from "../output/streams.ts";
import { pollLogs } from "./pollLogs.ts";

const kept = 100;
const ingestion = 20_000;

/** Keeps the last hundred log lines of a machine while it runs. */
export class LogCollector {
  readonly lines: string[] = [];
  readonly #stop = new AbortController();
  readonly #collected: Promise<void>;

  constructor(invocation: Invocation, app: string, instance: string) {
    this.#collected = this.#collect(invocation, app, instance).catch(() => undefined);
  }

  /** Waits until the machine has said that it is done. @returns whether it did so within twenty seconds */
  async settled(): Promise<boolean> {
    const said = this.#collected.then(() => true);
    return Promise.race([said, delay(ingestion, false, { ref: false })]);
  }

  stop(): void {
    this.#stop.abort();
  }

  async #collect(invocation: Invocation, app: string, instance: string): Promise<void> {
    const signal = AbortSignal.any([this.#stop.signal, invocation.signal]);
    const polling = { ...invocation, http: invocation.http.withSignal(signal) };
    for await (const { timestamp, message } of pollLogs(polling, app, { instance }, true)) {
      this.lines.push(`${faint(normalTime(timestamp).replace(/\.\d+/, ""))} ${message}`);
      if (this.lines.length > kept) this.lines.shift();
      if (message.includes("Main child exited normally")) return;
    }
  }
}
