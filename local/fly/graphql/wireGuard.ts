import { randomBytes } from "node:crypto";
import { machineAddress } from "../addresses.ts";
import { defaultNetwork, ensureNetwork } from "../store/apps.ts";
import { all, insert } from "../store/database.ts";
import { type GraphqlContext, organizationById } from "./context.ts";

/*
 * Peers are registered, because flyctl insists on it before it follows a log. No gateway answers, so flyctl then reads the log
 * over HTTP. Commands that need the tunnel (`ssh console`, `proxy`) fail to connect.
 */

const noGateway = "127.0.0.1";

export function addWireGuardPeer(
  context: GraphqlContext,
  { input }: { input: { organizationId: string; name: string; pubkey: string; network?: string | null } },
) {
  const { database, log } = context.platform;
  const organization = organizationById(context, input.organizationId, "read");
  const network = ensureNetwork(database, organization.id, input.network || defaultNetwork);
  const address = machineAddress(network.prefix);
  insert(database, "wireGuardPeers", {
    organizationId: organization.id,
    name: input.name,
    publicKey: input.pubkey,
    address,
  });
  log.warn({ peer: input.name }, "not emulated: the WireGuard gateway that this peer will try to reach");
  return { peerip: address, endpointip: noGateway, pubkey: randomBytes(32).toString("base64") };
}

export function validateWireGuardPeers(
  { platform: { database } }: GraphqlContext,
  { input }: { input: { peerIps: string[] } },
) {
  const known = new Set(
    all<{ address: string }>(database, "SELECT address FROM wireGuardPeers").map((peer) => peer.address),
  );
  return { invalidPeerIps: input.peerIps.filter((ip) => !known.has(ip)) };
}
