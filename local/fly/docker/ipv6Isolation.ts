import type Docker from "dockerode";
import { execa } from "execa";

/*
 * From version 27 on Docker keeps the IPv6 of its bridges apart, as it always did with IPv4. An older one forwards
 * freely between them: there the emulator adds what is missing to the host's FORWARD chain. (Expires when Docker 26
 * does.)
 */

const firstIsolatingVersion = 27;

export function needsIpv6Rules(dockerVersion: string): boolean {
  return Number.parseInt(dockerVersion, 10) < firstIsolatingVersion;
}

/** Docker's name for the bridge of a network that names none. */
export function bridgeName(networkId: string): string {
  return `br-${networkId.slice(0, 12)}`;
}

/**
 * Nothing that is forwarded leaves the network's bridge for another one or comes from another one. Refused, not dropped:
 * a program in a machine that tries IPv6 first shall fall back to IPv4 at once.
 */
export function isolationRules(networkId: string, instanceId: string): string[][] {
  const bridge = bridgeName(networkId);
  const rest = ["-m", "comment", "--comment", `paperclip-fly-${instanceId}`, "-j", "REJECT"];
  return [
    ["FORWARD", "-i", bridge, "!", "-o", bridge, ...rest],
    ["FORWARD", "!", "-i", bridge, "-o", bridge, ...rest],
  ];
}

/** @throws if this Docker needs the rules and they cannot be set: without them the network would not be private. */
export async function isolateIpv6(docker: Docker, networkId: string, instanceId: string): Promise<void> {
  const { Version: version } = await docker.version();
  if (!needsIpv6Rules(version)) return;
  for (const [chain = "", ...rule] of isolationRules(networkId, instanceId)) {
    if ((await ip6tables(["-w", "-C", chain, ...rule])).exitCode === 0) continue;
    if ((await ip6tables(["-w", "-I", chain, ...rule])).exitCode === 0) continue;
    throw new Error(
      `Docker ${version} does not keep IPv6 networks apart and ip6tables could not be used to do it. ` +
        `Upgrade Docker to ${firstIsolatingVersion} or later, or run as root or with a sudo that asks for no password.`,
    );
  }
}

export async function removeIpv6Isolation(
  docker: Docker,
  networkId: string,
  instanceId: string,
): Promise<void> {
  const { Version: version } = await docker.version();
  if (!needsIpv6Rules(version)) return;
  for (const [chain = "", ...rule] of isolationRules(networkId, instanceId)) {
    // Deleting a rule that is not there fails, and leaves what was wanted.
    await ip6tables(["-w", "-D", chain, ...rule]);
  }
}

/** As root, or through a sudo that asks for no password. */
export async function ip6tables(
  args: readonly string[],
): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const isRoot = process.getuid?.() === 0;
  const { exitCode, stdout, stderr } = isRoot
    ? await execa("ip6tables", args, { reject: false })
    : await execa("sudo", ["-n", "ip6tables", ...args], { reject: false });
  return { exitCode: exitCode ?? 127, stdout: stdout ?? "", stderr: stderr ?? "" };
}
