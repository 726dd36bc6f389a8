import { FlyError, Interrupted, prefixed } from "../errors.ts";
import type { Invocation } from "../invocation.ts";
import { Backoff } from "./backoff.ts";
import { configOf, countChecks, isCrashing, startedAfterLaunch } from "./kinds.ts";
import type { LeasedMachine } from "./leasedMachine.ts";
import type { MachinesApi } from "./machinesApi.ts";
import type { StatusLine } from "./statusLine.ts";

/** Milliseconds for which a machine must stay up. */
const smokeCheckTime = 10_000;

/** Watches a machine for ten seconds. @throws if it crashes repeatedly */
export async function waitForSmokeChecks(
  { http }: Invocation,
  api: MachinesApi,
  leased: LeasedMachine,
  line?: StatusLine,
): Promise<void> {
  const deadline = Date.now() + smokeCheckTime;
  const backoff = new Backoff(500, 2000);
  line?.log(`Checking that ${leased.label} is up and running`);
  while (Date.now() < deadline) {
    const machine = await api.get(leased.id).catch((error) => {
      throw prefixed(`error getting machine ${leased.id} from api: `, error);
    });
    const startedAt = startedAfterLaunch(machine);
    if (isCrashing(machine)) throw new FlyError("the app appears to be crashing");
    if (startedAt !== undefined && Date.now() - startedAt > smokeCheckTime) return;
    await http.pause(Math.min(backoff.next(), Math.max(0, deadline - Date.now())));
  }
}

/** Waits until all of a machine's checks pass. @param timeout nanoseconds */
export async function waitForHealthChecks(
  { http, settings }: Invocation,
  api: MachinesApi,
  leased: LeasedMachine,
  timeout: number,
  line?: StatusLine,
): Promise<void> {
  if (!hasChecks(leased)) return;
  const deadline = Date.now() + timeout / 1e6;
  const backoff = new Backoff(1000, 2000);
  const tell = ({ passing, total }: { passing: number; total: number }) =>
    line?.log(`Waiting for ${leased.label} to become healthy: ${passing}/${total}\n`);
  for (let isFirst = true; Date.now() < deadline; isFirst = false) {
    const machine = await api.get(leased.id).catch((error) => {
      throw prefixed(`error getting machine ${leased.id} from api: `, error);
    });
    const counts = countChecks(machine);
    const isHealthy = counts.total > 0 && counts.passing === counts.total;
    if (isHealthy || isFirst) tell(counts);
    if (isHealthy) return;
    await http.pause(Math.min(backoff.next(), Math.max(0, deadline - Date.now())));
  }
  const url = `${new URL(settings.flapsBaseUrl).origin}/v1${api.machinePath(leased.id)}`;
  throw new FlyError(
    `timeout reached waiting for health checks to pass for machine ${leased.id}: ` +
      `failed to get VM ${leased.id}: Get ${JSON.stringify(url)}: context deadline exceeded`,
  );
}

function hasChecks({ machine }: LeasedMachine): boolean {
  const config = configOf(machine);
  if (!config) return false;
  return Object.keys(config.checks).length > 0 || config.services.some(({ checks }) => checks.length > 0);
}

/** Waits until `wanted` checks of the machine pass. It asks every second, for up to five minutes. */
export async function waitForKnownChecks(
  { http, streams }: Invocation,
  api: MachinesApi,
  id: string,
  wanted: number,
): Promise<void> {
  if (wanted === 0) {
    streams.out("No health checks found\n");
    return;
  }
  const deadline = Date.now() + 300_000;
  for (;;) {
    const machine = await getPatiently(http, api, id);
    const { passing, total } = countChecks(machine);
    if (total > 0)
      streams.error(`  Waiting for ${id} to become healthy (${machine.state}, ${passing}/${total})\n`);
    if (passing === wanted) return;
    if (Date.now() > deadline) throw new FlyError(`Waiting for ${wanted - passing} non-passing checks`);
    await http.pause(1000);
  }
}

async function getPatiently(http: Invocation["http"], api: MachinesApi, id: string) {
  for (let attempt = 0; ; attempt++) {
    try {
      return await api.get(id);
    } catch (error) {
      if (error instanceof Interrupted || attempt === 5) throw error;
      await http.pause(100 * 2 ** attempt);
    }
  }
}
