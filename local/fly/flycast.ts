import type { AddressInfo } from "node:net";
import { BlockList } from "node:net";
import type Docker from "dockerode";
import type { FastifyBaseLogger } from "fastify";
import { leadTo, removeWays, type Way } from "./docker/flycastRules.ts";
import { bridgeName } from "./docker/ipv6Isolation.ts";
import { type DockerNames, dockerStatus } from "./docker/labels.ts";
import type { ApiContext } from "./machinesApi/context.ts";
import { type ProxyServer, proxyServer, type Whither } from "./proxy.ts";
import { portOf } from "./proxyRules.ts";
import { appById, type Network, networkById } from "./store/apps.ts";
import type { Database } from "./store/database.ts";
import { allPrivateAddresses, type IpAddress } from "./store/ipAddresses.ts";

interface Open extends ProxyServer {
  way: Way;
}

interface Parts {
  docker: Docker;
  names: DockerNames;
  instanceId: string;
  database: Database;
  log: FastifyBaseLogger;
}

/**
 * The way from machines to Fly Proxy. A Flycast address leads to its app only from the address's own network. The host redirects what a
 * machine of that network sends to the address to the address's own listener. From another network there is no route.
 *
 * As with the loopback proxy, the port of the Host header selects the port of the service.
 */
export class Flycast {
  readonly #parts: Parts;
  readonly #open = new Map<string, Open>();
  #context: ApiContext | undefined;
  #updating: Promise<void> = Promise.resolve();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Removes the ways that an earlier run left and opens the current ones. */
  async start(context: ApiContext): Promise<void> {
    this.#context = context;
    await removeWays(this.#parts.instanceId).catch((error: Error) => this.#report(error));
    await this.update();
  }

  /** Call this after each change of addresses or networks. */
  update(): Promise<void> {
    this.#updating = this.#updating.then(() => this.#settle().catch((error: Error) => this.#report(error)));
    return this.#updating;
  }

  async close(): Promise<void> {
    this.#context = undefined;
    await this.#updating;
    for (const id of this.#open.keys()) await this.#closeOne(id);
  }

  async #settle(): Promise<void> {
    const context = this.#context;
    if (!context) return;
    const wanted = allPrivateAddresses(this.#parts.database);
    const bridges = new Map<string, string | undefined>();
    for (const { networkId } of wanted) {
      if (networkId !== null) bridges.set(networkId, await this.#bridge(networkId));
    }
    const isOpenable = ({ networkId }: IpAddress) => bridges.get(networkId ?? "") !== undefined;
    const openable = wanted.filter(isOpenable);
    for (const id of this.#open.keys()) {
      if (!openable.some((address) => address.id === id)) await this.#closeOne(id);
    }
    for (const address of openable) {
      const bridge = bridges.get(address.networkId ?? "") ?? "";
      if (!this.#open.has(address.id)) await this.#openOne(context, address, bridge);
    }
  }

  async #openOne(context: ApiContext, address: IpAddress, bridge: string): Promise<void> {
    const { database, instanceId } = this.#parts;
    const network = networkById(database, address.networkId ?? "");
    const listener = proxyServer(context, this.#whither(address, network));
    const inside = new BlockList();
    inside.addSubnet(`${network.prefix}::`, 48, "ipv6");
    // A client that reaches the listener's port another way does not belong to this network.
    listener.server.prependListener("connection", (socket) => {
      if (!inside.check(socket.remoteAddress ?? "", "ipv6")) socket.destroy();
    });
    await new Promise<void>((resolve, reject) => {
      listener.server.once("error", reject);
      listener.server.listen(0, "::", resolve);
    });
    const { port } = listener.server.address() as AddressInfo;
    const way = { bridge, address: address.address, port };
    this.#open.set(address.id, { ...listener, way });
    await leadTo(way, instanceId);
  }

  async #closeOne(id: string): Promise<void> {
    const open = this.#open.get(id);
    this.#open.delete(id);
    if (!open) return;
    await open.close();
    await removeWays(this.#parts.instanceId, open.way).catch((error: Error) => this.#report(error));
  }

  #whither(address: IpAddress, network: Network): Whither {
    const { name } = appById(this.#parts.database, address.appId);
    return ({ headers }) => ({
      host: { app: name, isPrivate: true, port: portOf(headers.host), hostname: `${name}.flycast` },
      networkId: network.id,
    });
  }

  /** @returns undefined until the first machine of the network has been started */
  async #bridge(networkId: string): Promise<string | undefined> {
    try {
      const { Id: id } = await this.#parts.docker.getNetwork(this.#parts.names.network(networkId)).inspect();
      return bridgeName(id);
    } catch (error) {
      if (dockerStatus(error) === 404) return undefined;
      throw error;
    }
  }

  #report(error: Error): void {
    const problem = error.message;
    this.#parts.log.error({ problem }, "FLYCAST ADDRESSES LEAD NOWHERE: MACHINES CANNOT REACH FLY PROXY");
  }
}
