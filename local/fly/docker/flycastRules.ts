import { ip6tables } from "./ipv6Isolation.ts";

/** Redirects traffic for an address to a port of this host, if it comes through the network's bridge. */
export interface Way {
  bridge: string;
  address: string;
  port: number;
}

const table = ["-w", "-t", "nat"];
const comment = (instanceId: string) => `paperclip-fly-${instanceId}`;

export function redirectRule({ bridge, address, port }: Way, instanceId: string): string[] {
  return [
    ...["PREROUTING", "-i", bridge, "-d", address, "-p", "tcp"],
    ...["-m", "comment", "--comment", comment(instanceId)],
    ...["-j", "REDIRECT", "--to-ports", String(port)],
  ];
}

/** @throws if the rule cannot be set. */
export async function leadTo(way: Way, instanceId: string): Promise<void> {
  const { exitCode, stderr } = await ip6tables([...table, "-I", ...redirectRule(way, instanceId)]);
  if (exitCode !== 0) throw new Error(`ip6tables could not redirect ${way.address}: ${stderr}`);
}

/** Removes one of an emulator's rules, or all of them. */
export async function removeWays(instanceId: string, way?: Way): Promise<void> {
  if (way) {
    await ip6tables([...table, "-D", ...redirectRule(way, instanceId)]);
    return;
  }
  const { stdout } = await ip6tables([...table, "-S", "PREROUTING"]);
  for (const line of stdout.split("\n").filter((text) => text.includes(comment(instanceId)))) {
    const [, ...rule] = line.replaceAll('"', "").split(" ");
    await ip6tables([...table, "-D", ...rule]);
  }
}
