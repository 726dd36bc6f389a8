import { connect } from "node:tls";
import { organizationsOf, viewerOf } from "../api/account.ts";
import { document } from "../api/graphql.ts";
import type { YamlMap } from "../config/yaml.ts";
import { Interrupted } from "../errors.ts";
import { isObject, slice, string, struct } from "../go/json.ts";
import type { Invocation } from "../invocation.ts";
import { FlapsApp } from "../types/flapsApp.ts";
import { type Peer, registerPeer } from "./peer.ts";

const validatePeers = document`
  mutation($input: ValidateWireGuardPeersInput!) { validateWireGuardPeers(input: $input) { invalidPeerIps } }`;

const key = "wire_guard_state";
const patience = 10_000;

/**
 * Does what flyctl does to stream logs through WireGuard, up to knocking at the gateway. There is no tunnel behind
 * it: the stand-in then reads logs by polling, as flyctl does when its gateway cannot be reached. flyctl leaves an
 * agent process behind for the tunnel; the stand-in has none.
 */
export async function openLogStream(invocation: Invocation, app: string): Promise<void> {
  try {
    const { network, organization } = await invocation.flaps.fetch(FlapsApp, "GET", `/apps/${app}`);
    const slug = await canonicalSlug(invocation, organization.slug);
    const peer = await establishPeer(invocation, slug, network === "default" ? "" : network);
    if (peer) await knock(peer.endpointip, invocation.signal);
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    invocation.log.debug(`could not connect to wireguard tunnel: ${(error as Error).message}\n`);
  }
}

async function canonicalSlug({ uiex }: Invocation, slug: string): Promise<string> {
  if (slug === "personal") return slug;
  const answer = await uiex.call(`failed to get organization ${slug}`, "GET", `/organizations/${slug}`);
  const organization = isObject(answer) ? answer.organization : undefined;
  return isObject(organization) ? String(organization.slug) : slug;
}

/** This machine's peer in the organization's network; a new one if there is none. */
async function establishPeer(
  invocation: Invocation,
  slug: string,
  network: string,
): Promise<Peer | undefined> {
  const peers = await validPeers(invocation);
  const organizations = await organizationsOf(invocation);
  const organization = organizations.find(({ Slug }) => Slug === slug);
  if (!organization) return undefined;
  const name = network ? `${slug}-${network}` : slug;
  const known = peers[name];
  if (known) return isObject(known) && isObject(known.peer) ? (known.peer as unknown as Peer) : undefined;
  const { email } = await viewerOf(invocation);
  const state = await registerPeer(invocation, { organization, email, network });
  invocation.directory.update({ [key]: { ...peers, [name]: state } });
  return state.peer;
}

/** Peers of earlier runs that Fly still knows. */
async function validPeers(invocation: Invocation): Promise<YamlMap> {
  const stored = invocation.directory.read()?.[key];
  const peers = isObject(stored) ? (stored as YamlMap) : {};
  const ipOf = (state: unknown) => (isObject(state) && isObject(state.peer) ? String(state.peer.peerip) : "");
  const { invalidPeerIps } = await invocation.graphql.run(
    validatePeers,
    "validateWireGuardPeers",
    struct("", { invalidPeerIps: slice(string) }),
    { input: { peerIps: Object.values(peers).map(ipOf) } },
  );
  return Object.fromEntries(
    Object.entries(peers).filter(([, state]) => !invalidPeerIps.includes(ipOf(state))),
  );
}

/** A gateway speaks WebSocket over TLS on port 443. */
function knock(host: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: 443, rejectUnauthorized: false });
    const finish = (problem?: Error) => {
      socket.destroy();
      signal.removeEventListener("abort", abort);
      if (problem) reject(problem);
      else resolve();
    };
    const abort = () => finish(new Interrupted());
    signal.addEventListener("abort", abort);
    socket.setTimeout(patience, () => finish(new Error("timeout")));
    socket.once("secureConnect", () => finish());
    socket.once("error", finish);
  });
}
