import { isIP } from "node:net";
import { Interrupted } from "../errors.ts";
import type { Config } from "../flyToml/schema.ts";
import type { LeasedMachine } from "../machines/leasedMachine.ts";
import type { ProcessStat } from "../machines/machinesApi.ts";
import { framedTable } from "../output/table.ts";
import type { Deployment } from "./deployment.ts";

/** Nanoseconds that an app has to start listening, unless a check allows more. */
const leastPatience = 15e9;

/** Warns if nothing in the machine listens on the service's port at an address that Fly Proxy can reach. */
export async function warnIfNotListening(deployment: Deployment, { machine }: LeasedMachine): Promise<void> {
  const { config } = deployment;
  if (!config.http_service) return;
  const ports = [config.http_service.internal_port];
  const processes = await waitForListeners(deployment, machine.id, ports, patience(config));
  if (!processes?.some((process) => process.listen_sockets.length > 0)) return;
  const uncovered = uncoveredPorts(ports, processes);
  if (uncovered.length > 0) tell(deployment, uncovered, processes);
}

function patience({ checks, http_service: service }: Config): number {
  const all = [...Object.values(checks), ...(service?.checks ?? [])];
  return Math.max(leastPatience, ...all.map(({ grace_period: grace }) => grace ?? 0));
}

/** @returns the last list of processes; undefined if the API does not give one */
async function waitForListeners(
  { api, invocation }: Deployment,
  id: string,
  ports: number[],
  timeout: number,
): Promise<ProcessStat[] | undefined> {
  const deadline = Date.now() + timeout / 1e6;
  for (let pause = 500; ; pause = Math.min(2000, pause * 1.5)) {
    let processes: ProcessStat[];
    try {
      processes = await api.processes(id);
    } catch (error) {
      if (error instanceof Interrupted) throw error;
      return undefined;
    }
    const remaining = deadline - Date.now();
    if (uncoveredPorts(ports, processes).length === 0 || remaining <= 0) return processes;
    await invocation.http.pause(Math.min(pause * (0.8 + 0.4 * Math.random()), remaining));
  }
}

function uncoveredPorts(ports: number[], processes: ProcessStat[]): number[] {
  const addresses = processes.flatMap(({ listen_sockets }) => listen_sockets.map(({ address }) => address));
  const covered = addresses.flatMap((address) => {
    const [, host = "", port] = /^\[?(.*?)\]?:(\d+)$/.exec(address) ?? [];
    return isIP(host) !== 0 && !isLoopback(host) ? [Number(port)] : [];
  });
  return [...new Set(ports)].filter((port) => !covered.includes(port));
}

const isLoopback = (host: string): boolean => host === "::1" || host.startsWith("127.");

function tell({ invocation }: Deployment, ports: number[], processes: ProcessStat[]): void {
  const { error } = invocation.streams;
  error(
    "\nWARNING The app is not listening on the expected address and will not be reachable by fly-proxy.\n",
  );
  error("You can fix this by configuring your app to listen on the following addresses:\n");
  for (const port of ports) error(`  - 0.0.0.0:${port}\n`);
  error("Found these processes inside the machine with open listening sockets:\n");
  const rows = processes.flatMap(({ command, listen_sockets }) => {
    const addresses = listen_sockets.filter(({ proto }) => proto === "tcp").map(({ address }) => address);
    return addresses.length > 0 ? [[command, addresses.join(", ")]] : [];
  });
  error(framedTable(rows, ["Process", "Addresses"]));
  error("\n");
}
