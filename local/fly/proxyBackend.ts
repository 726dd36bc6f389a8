import net from "node:net";
import pWaitFor from "p-wait-for";
import { isPublic } from "./addresses.ts";
import { ApiError } from "./apiError.ts";
import { startMachine } from "./machines/operations.ts";
import { isGone, isRunning } from "./machines/state.ts";
import type { ApiContext } from "./machinesApi/context.ts";
import { findListener, type Listener, type RequestedHost } from "./proxyRules.ts";
import { type App, defaultNetwork, findApp, networkByName } from "./store/apps.ts";
import { addressesOfApp } from "./store/ipAddresses.ts";
import { type Machine, machinesOfApp } from "./store/machines.ts";

interface Backend {
  listener: Listener;
  /** Address of the machine. */
  address: string;
}

interface Candidate {
  machine: Machine;
  listener: Listener;
}

const startMilliseconds = 30_000;

/**
 * Finds the machine for a request, and starts it if necessary.
 * @param networkId the client's network. Undefined: the client is on this host. It then counts as a WireGuard peer of the organization,
 *   in the default network.
 * @throws ApiError 404 if the app does not exist or is not reachable this way, 503 if none of its machines can answer.
 */
export async function findBackend(
  context: ApiContext,
  host: RequestedHost,
  networkId?: string,
): Promise<Backend> {
  const { database } = context.platform;
  const app = findApp(database, host.app);
  if (!app) throw new ApiError(404, `there is no app ${host.app}`);
  if (!isReachable(context, app, host, networkId)) {
    const kind = host.isPrivate ? "private address in the network of the request" : "public address";
    throw new ApiError(404, `app ${app.name} has no ${kind}`);
  }
  const candidates = machinesOfApp(database, app.id).flatMap((machine): Candidate[] => {
    const listener = findListener(machine.config, host.port);
    return listener && !isGone(machine.state) ? [{ machine, listener }] : [];
  });
  if (candidates.length === 0) {
    throw new ApiError(404, `no machine of app ${app.name} has an HTTP service on port ${host.port}`);
  }
  return running(context, candidates) ?? (await started(context, candidates));
}

/** A private address leads to its app only from the address's own network, whichever network the app is in. */
function isReachable(
  { platform: { database } }: ApiContext,
  app: App,
  { isPrivate }: RequestedHost,
  networkId: string | undefined,
): boolean {
  const addresses = addressesOfApp(database, app.id);
  if (!isPrivate) return addresses.some(({ type }) => isPublic(type));
  const from = networkId ?? networkByName(database, app.organizationId, defaultNetwork)?.id;
  return addresses.some((address) => address.networkId !== null && address.networkId === from);
}

function running({ runner }: ApiContext, candidates: readonly Candidate[]): Backend | undefined {
  const backends = candidates.flatMap(({ machine, listener }): Backend[] => {
    const container = runner.find(machine.id);
    if (machine.state !== "started" || !container?.checks.isRoutable()) return [];
    return [{ listener, address: container.address }];
  });
  return backends[Math.floor(Math.random() * backends.length)];
}

/** `autostart`: starts a stopped machine for the request. The request waits until the machine answers. */
async function started(context: ApiContext, candidates: readonly Candidate[]): Promise<Backend> {
  const startable = candidates.find(
    ({ machine, listener }) => machine.state === "stopped" && listener.service.autostart !== false,
  );
  if (!startable) {
    const isUp = candidates.some(({ machine }) => isRunning(machine.state));
    throw new ApiError(503, isUp ? "no machine passes its checks" : "no machine is started");
  }
  startMachine(context, startable.machine);
  const { service } = startable.listener;
  let address = "";
  try {
    await pWaitFor(
      async () => {
        const container = context.runner.find(startable.machine.id);
        if (!container?.checks.isRoutable()) return false;
        address = container.address;
        return accepts(address, service.internal_port);
      },
      { interval: 50, timeout: startMilliseconds },
    );
  } catch {
    throw new ApiError(503, `machine ${startable.machine.id} was started and did not answer in time`);
  }
  return { listener: startable.listener, address };
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port });
    socket.once("connect", () => resolve(true));
    socket.once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
