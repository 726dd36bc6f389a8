/**
 * The app's private IPv6 address, in the app's own network. Fly.io gives an address that names no network to the organization's default
 * one, where it opens the app to every other app (https://fly.io/docs/blueprints/warm-pool-user-machines/). Earlier versions of this program
 * have asked for such an address: it is released.
 */
import { z } from "zod";
import type { VerbInputs } from "../../verb.ts";
import { FlyctlError, flyctl, flyctlJson } from "../flyctl.ts";
import { type AppAddress, addressShape, isPrivate, sameNetwork } from "../network.ts";

const machines = z.array(z.object({ private_ip: z.string().optional() }));

export async function create({ input, progress }: VerbInputs) {
  const [app, network] = [input("APP"), input("NETWORK")];
  const machineIp = await machineAddress(app);
  const isOwn = ({ Address, Network }: AppAddress) =>
    // Before the first release there is no machine to compare with, and only what Fly.io names is certain.
    machineIp ? sameNetwork(Address, machineIp) : Network?.Name === network;
  const before = await list(app);
  for (const { Address } of before.filter((address) => !isOwn(address))) {
    progress(`releasing ${Address}, which leads into the app from another network`);
    await release(app, Address);
  }
  const own = before.find(isOwn);
  if (own) return { address: own.Address };
  progress(`allocating a private IPv6 address for ${app} in its network ${network}`);
  await flyctl(app, ["ips", "allocate-v6", "--private", "--network", network, "--app", app]);
  const known = before.map(({ Address }) => Address);
  const made = (await list(app)).find(({ Address }) => !known.includes(Address));
  if (!made) {
    throw new Error(`Fly.io allocated no private address for ${app}; see: flyctl ips list --app ${app}`);
  }
  // Fly.io may name no network here. Then the release, which knows the machine's address, is the first that can compare.
  if (!isOwn(made) && (machineIp || made.Network)) throw new Error(elsewhere(app, network, made.Address));
  return { address: made.Address };
}

/** Runs once in a stack of an earlier version, whose address is in another network. */
export const update = create;

export async function remove({ input, previous }: VerbInputs) {
  const { address } = z.object({ address: z.string() }).parse(previous);
  await release(input("APP"), address);
}

async function release(app: string, address: string) {
  try {
    await flyctl(app, ["ips", "release", address, "--app", app]);
  } catch (error) {
    // What is gone already need not be released; flyctl's text for it is the server's, so the list decides.
    if (!(error instanceof FlyctlError) || error.refused) throw error;
    const still = await list(app).catch(() => []);
    if (still.some(({ Address }) => Address === address)) throw error;
  }
}

const list = async (app: string) =>
  (await flyctlJson(app, ["ips", "list", "--app", app], z.array(addressShape))).filter(isPrivate);

const machineAddress = async (app: string) =>
  (await flyctlJson(app, ["machine", "list", "--app", app], machines))[0]?.private_ip;

const elsewhere = (app: string, network: string, address: string) =>
  `Fly.io allocated the private address ${address} outside ${network}, the network of ${app}: other apps would get in there.\n` +
  `Release it: flyctl ips release ${address} --app ${app}`;
