import { setTimeout as delay } from "node:timers/promises";
import type Docker from "dockerode";
import { machineSubnet } from "../addresses.ts";
import type { Network } from "../store/apps.ts";
import { isolateIpv6, removeIpv6Isolation } from "./ipv6Isolation.ts";
import { type DockerNames, dockerStatus, instanceLabel, ofInstance, unlessMissing } from "./labels.ts";

/**
 * The private networks (6PN). Each is a Docker bridge with the network's fdaa: subnet.
 *
 * Docker isolates the IPv4 of bridges from each other; for IPv6 see ipv6Isolation.ts.
 */
export class Networks {
  readonly #docker: Docker;
  readonly #names: DockerNames;
  readonly #instanceId: string;
  readonly #creating = new Map<string, Promise<void>>();

  constructor(docker: Docker, names: DockerNames, instanceId: string) {
    this.#docker = docker;
    this.#names = names;
    this.#instanceId = instanceId;
  }

  /** Creates the Docker network if necessary. @returns its name once it exists and is isolated from the others */
  async ensure(network: Network): Promise<string> {
    const name = this.#names.network(network.id);
    const creating = this.#creating.get(name) ?? this.#create(network, name);
    this.#creating.set(name, creating);
    try {
      await creating;
    } finally {
      this.#creating.delete(name);
    }
    return name;
  }

  async remove(networkId: string): Promise<void> {
    const network = this.#docker.getNetwork(this.#names.network(networkId));
    const id = await dockerNetworkId(network);
    if (id === undefined) return;
    await unlessMissing(network.remove());
    await removeIpv6Isolation(this.#docker, id, this.#instanceId);
  }

  /** Called when the emulator starts, because the host's firewall rules do not survive a restart of the host. */
  async restoreIsolation(): Promise<void> {
    const networks = await this.#docker.listNetworks({ filters: ofInstance(this.#instanceId) });
    for (const { Id: id } of networks) {
      await isolateIpv6(this.#docker, id, this.#instanceId);
    }
  }

  async #create(network: Network, name: string): Promise<void> {
    const existing = await dockerNetworkId(this.#docker.getNetwork(name));
    if (existing !== undefined) return;
    const created = await this.#createBridge({
      Name: name,
      Driver: "bridge",
      CheckDuplicate: true,
      EnableIPv6: true,
      IPAM: { Driver: "default", Config: [{ Subnet: machineSubnet(network.prefix) }] },
      Labels: { [instanceLabel]: this.#instanceId },
    });
    try {
      await isolateIpv6(this.#docker, created.id, this.#instanceId);
    } catch (error) {
      await unlessMissing(created.remove());
      throw error;
    }
  }

  /** Docker chooses the IPv4 subnet. Two calls at the same moment can choose the same one; then one of them fails. */
  async #createBridge(options: Docker.NetworkCreateOptions): Promise<Docker.Network> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#docker.createNetwork(options);
      } catch (error) {
        const overlaps = dockerStatus(error) === 403 && String(error).includes("overlap");
        if (!overlaps || attempt === 5) throw error;
        await delay(100 * attempt);
      }
    }
  }
}

async function dockerNetworkId(network: Docker.Network): Promise<string | undefined> {
  try {
    const { Id: id } = await network.inspect();
    return id;
  } catch (error) {
    if (dockerStatus(error) === 404) return undefined;
    throw error;
  }
}
