import { Interrupted } from "../errors.ts";
import { remoteConfig } from "../flyToml/remote.ts";
import { slice } from "../go/json.ts";
import type { Invocation } from "../invocation.ts";
import { MachinesApi } from "../machines/machinesApi.ts";
import { EgressIpAddress } from "../types/app.ts";
import { document } from "./graphql.ts";

const query = document`
  query ($appName: String!) {
    app(name: $appName) { egressIpAddresses { nodes { id ip version region updatedAt } } }
  }`;

/** How many machines one address serves, while a bluegreen deploy may double them, and when it gets tight. */
const limits = { most: 64, bluegreen: 32, tight: 40 };

/** The addresses that an app's machines send from. */
export function egressAddresses({ graphql, appName }: Invocation): Promise<EgressIpAddress[]> {
  return graphql.run(query, "app.egressIpAddresses.nodes", slice(EgressIpAddress), { appName });
}

/**
 * Warns if there are too few egress addresses, or some where no machine can use them. Whatever fails is ignored.
 * @param strategy of a deploy; empty if none is under way
 */
export async function checkEgress(
  invocation: Invocation,
  addresses: EgressIpAddress[],
  strategy = "",
): Promise<void> {
  if (addresses.length === 0) return;
  const machines = await new MachinesApi(invocation.flaps, invocation.appName).list().catch(ignore);
  if (!machines) return;
  const isBluegreen = (strategy || (await configuredStrategy(invocation))) === "bluegreen";
  const regions = new Set([
    ...addresses.map(({ Region }) => Region),
    ...machines.map(({ region }) => region),
  ]);
  for (const region of regions) {
    const ofRegion = addresses.filter(({ Region }) => Region === region);
    const count = (version: number) => ofRegion.filter(({ Version }) => Version === version).length;
    const machineCount = machines.filter((machine) => machine.region === region).length;
    for (const warning of regionWarnings(region, machineCount, count(4), count(6), isBluegreen)) {
      invocation.streams.error(`Warning: Your app has ${warning}\n`);
    }
  }
}

async function configuredStrategy(invocation: Invocation): Promise<string> {
  const flyToml = invocation.flyToml ?? (await remoteConfig(invocation, invocation.appName).catch(ignore));
  return flyToml?.config.deploy?.strategy ?? "";
}

function ignore(error: unknown): undefined {
  if (error instanceof Interrupted) throw error;
}

function regionWarnings(
  region: string,
  machines: number,
  v4: number,
  v6: number,
  isBluegreen: boolean,
): string[] {
  if (v4 + v6 === 0) {
    return [
      `machines in region ${region} but no egress IPs allocated there. Since you have egress IPs assigned elsewhere, ` +
        "you might want to assign an egress IP in this region as well.",
    ];
  }
  if (machines === 0) {
    return [
      `egress IP(s) assigned in region ${region} but you have no machines there. Only machines in the same region can ` +
        "make use of egress IPs in that region.",
    ];
  }
  return [...balance(region, v4, v6), ...shortage(region, machines, { IPv4: v4, IPv6: v6 }, isBluegreen)];
}

function balance(region: string, v4: number, v6: number): string[] {
  if (v4 === v6) return [];
  if (v4 === 0) return [`egress IPv6 assigned in region ${region} but no IPv4.`];
  if (v6 === 0) return [`egress IPv4 assigned in region ${region} but no IPv6.`];
  return [
    `a different number of egress IPv4 (${v4}) and IPv6 (${v6}) in region ${region}. If this is not intentional, please ` +
      "release some excess IPs as you will be billed for unused egress IPs as well.",
  ];
}

function shortage(
  region: string,
  machines: number,
  counts: Record<string, number>,
  isBluegreen: boolean,
): string[] {
  const where = `${machines} machines in region ${region}`;
  const assigned = Object.entries(counts).filter(([, count]) => count > 0);
  const beyond = (limit: number) => assigned.filter(([, count]) => machines > limit * count);
  const missing = (limit: number, count: number) => Math.ceil(machines / limit) - count;
  if (beyond(limits.most).length > 0) {
    return beyond(limits.most).map(
      ([kind, count]) =>
        `${where} but only ${count} egress ${kind}(s). You need at least ${missing(limits.most, count)} more to cover ` +
        "all machines.",
    );
  }
  if (!isBluegreen) {
    return beyond(limits.tight).map(
      ([kind, count]) =>
        `${where} with ${count} egress ${kind}(s). You might want to allocate more to avoid problems while scaling up or ` +
        "during deployments.",
    );
  }
  return beyond(limits.bluegreen).map(
    ([kind, count]) =>
      `${where} but only ${count} egress ${kind}(s). For bluegreen deployments, you need at least ` +
      `${missing(limits.bluegreen, count)} more, because bluegreen deployments may temporarily double the number of ` +
      "machines.",
  );
}
