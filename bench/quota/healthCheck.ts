/** Fly.io's health check as fly.toml sets it: every half minute, whatever else the machine does. */
import { setTimeout } from "node:timers/promises";
import { request } from "undici";
import type { FlyMachine } from "./flyMachine.ts";

/** Seconds between two checks (`interval` of components/fly/flyToml.ts). */
const interval = 30;

/** Milliseconds after which a check has failed. */
const timeout = 10_000;

/** Whether the machine passes the check. */
export async function isHealthy(machine: FlyMachine): Promise<boolean> {
  const url = `http://${machine.address}:3100/api/health`;
  const options = { headers: { host: "localhost" }, headersTimeout: timeout };
  const answer = await request(url, options).catch(() => undefined);
  await answer?.body.dump();
  return answer?.statusCode === 200;
}

export interface HealthChecks {
  /** Seconds of the slowest answer since the last call of this function. A failed check counts with its whole timeout. */
  worst(): number;
  stop(): Promise<void>;
}

export function startHealthChecks(machine: FlyMachine, seconds = interval): HealthChecks {
  const end = new AbortController();
  let worst = 0;
  const checking = (async () => {
    while (!end.signal.aborted) {
      const asked = performance.now();
      const passed = await isHealthy(machine);
      worst = Math.max(worst, passed ? (performance.now() - asked) / 1000 : timeout / 1000);
      await setTimeout(seconds * 1000, undefined, { signal: end.signal }).catch(() => undefined);
    }
  })();
  return {
    worst() {
      const was = worst;
      worst = 0;
      return was;
    },
    async stop() {
      end.abort();
      await checking;
    },
  };
}
