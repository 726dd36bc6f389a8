import type Docker from "dockerode";
import { execa } from "execa";

/*
 * Since version 27, Docker isolates the IPv6 of its bridges from each other, as it always did with IPv4. An older Docker forwards
 * freely between them; for it the emulator adds the missing rules to the host's FORWARD chain. (This file expires with Docker 26.)
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
 * Rules that stop forwarding between the network's bridge and any other. They reject rather than drop, so that a program in a
 * machine that tries IPv6 first falls back to IPv4 immediately.
 */
export function isolationRules(networkId: string, instanceId: string): string[][] {
  const bridge = bridgeName(networkId);
  const rest = ["-m", "comment", "--comment", `paperclip-fly-${instanceId}`, "-j", "REJECT"];
  return [
    ["FORWARD", "-i", bridge, "!", "-o", bridge, ...rest],
    ["FORWARD", "!", "-i", bridge, "-o", bridge, ...rest],
  ];
}

/** @throws if this Docker needs the rules and they cannot be set, because the network would not be private without them. */
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
    // Deleting a missing rule fails; the result is right all the same.
    await ip6tables(["-w", "-D", chain, ...rule]);
  }
}

/** Runs as root, or through sudo without a password. */
export async function ip6tables(
  args: readonly string[],
): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const isRoot = process.getuid?.() === 0;
  const { exitCode, stdout, stderr } = isRoot
    ? await execa("ip6tables", args, { reject: false })
    : await execa("sudo", ["-n", "ip6tables", ...args], { reject: false });
  return { exitCode: exitCode ?? 127, stdout: stdout ?? "", stderr: stderr ?? "" };
}
