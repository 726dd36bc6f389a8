import { generateKeyPairSync } from "node:crypto";
import { hostname } from "node:os";
import { document } from "../api/graphql.ts";
import { bool, string, struct } from "../go/json.ts";
import type { Invocation } from "../invocation.ts";
import type { Organization } from "../types/app.ts";
import { ulid } from "./ulid.ts";

const nearestRegion = document`
  query { nearestRegion(wireguardGateway: true) { code name gatewayAvailable deprecated } }`;
const addPeer = document`
  mutation($input: AddWireGuardPeerInput!) { addWireGuardPeer(input: $input) { peerip endpointip pubkey } }`;

const Region = struct("fly.Region", { code: string, name: string, gatewayAvailable: bool, deprecated: bool });
const PeerType = struct("fly.CreatedWireGuardPeer", { peerip: string, endpointip: string, pubkey: string });

export interface Peer {
  peerip: string;
  endpointip: string;
  pubkey: string;
}

/** What config.yml keeps of a peer, the private key in clear. */
export type PeerState = {
  org: string;
  name: string;
  region: string;
  localpublic: string;
  localprivate: string;
  dns: string;
  peer: { peerip: string; endpointip: string; pubkey: string };
};

/** Makes this machine a WireGuard peer of an organization. */
export async function registerPeer(
  { graphql, environment }: Invocation,
  { organization, email, network }: { organization: Organization; email: string; network: string },
): Promise<PeerState> {
  const name = `interactive-${dnsLabel(hostname().split(".")[0] ?? "")}-${dnsLabel(email)}-${ulid()}`;
  const region =
    environment.nonEmpty("FLYCTL_WG_REGION", "") ||
    (await graphql.run(nearestRegion, "nearestRegion", Region)).code;
  const { publicKey, privateKey } = newKeyPair();
  const input = {
    organizationId: organization.ID,
    region,
    name,
    pubkey: publicKey,
    ...(network ? { network } : {}),
    nats: false,
  };
  const peer = await graphql.run(addPeer, "addWireGuardPeer", PeerType, { input });
  return {
    org: organization.Slug,
    name,
    region,
    localpublic: publicKey,
    localprivate: privateKey,
    dns: "",
    peer,
  };
}

const dnsLabel = (text: string): string => text.replace(/[^a-zA-Z0-9-]/g, "-");

function newKeyPair(): { publicKey: string; privateKey: string } {
  const { publicKey, privateKey } = generateKeyPairSync("x25519");
  const raw = (key: Buffer): string => key.subarray(-32).toString("base64");
  return {
    publicKey: raw(publicKey.export({ type: "spki", format: "der" })),
    privateKey: raw(privateKey.export({ type: "pkcs8", format: "der" })),
  };
}
