/**
 * The app's private IPv6 address, in the app's own network. Without a network, Fly.io allocates it in the organization's default one, where
 * it opens the app to every other app (https://fly.io/docs/blueprints/warm-pool-user-machines/). 0.1.0 asked for such an address: it is
 * released.
 */
import { z } from "zod";
import type { VerbInputs } from "../../verbInputs.ts";
import type { AppAddress } from "../answers.ts";
import * as ask from "../ask.ts";
import * as commands from "../commands.ts";
import { FlyctlError, flyctl } from "../flyctl.ts";
import { isPrivate, privateNetwork, sameNetwork } from "../network.ts";

type Inputs = VerbInputs<"APP" | "NETWORK">;

const printed = z.object({ address: z.string() });

export async function create({ input, progress }: Inputs) {
  const app = input("APP");
  const network = input("NETWORK", privateNetwork(app));
  const machineIp = (await ask.machines(app))[0]?.private_ip;
  const isOwn = ({ Address, Network }: AppAddress) =>
    // Before the first release there is no machine to compare with, so only the network that Fly.io names counts.
    machineIp ? sameNetwork(Address, machineIp) : Network?.Name === network;
  const before = await list(app);
  for (const { Address } of before.filter((address) => !isOwn(address))) {
    progress(`releasing ${Address}, which leads into the app from another network`);
    await release(app, Address);
  }
  const own = before.find(isOwn);
  if (own) return { address: own.Address };
  progress(`allocating a private IPv6 address for ${app} in its network ${network}`);
  await flyctl(app, commands.ips.allocate(app, network));
  const known = before.map(({ Address }) => Address);
  const made = (await list(app)).find(({ Address }) => !known.includes(Address));
  if (!made) {
    throw new Error(`Fly.io allocated no private address for ${app}; see: flyctl ips list --app ${app}`);
  }
  // Fly.io does not always name the network here. Then the release compares, because it knows the machine's address.
  if (!isOwn(made) && (machineIp || made.Network)) throw new Error(elsewhere(app, network, made.Address));
  return { address: made.Address };
}

/** Runs once in a stack of 0.1.0, whose address is in another network. */
export const update = create;

export async function remove({ input, previous }: Inputs) {
  await release(input("APP"), previous(printed).address);
}

async function release(app: string, address: string) {
  try {
    await flyctl(app, commands.ips.release(app, address));
  } catch (error) {
    // An address that is already gone is fine. The error's text is the server's and can change, so the list decides.
    if (!(error instanceof FlyctlError) || error.refused) throw error;
    const still = await list(app).catch(() => []);
    if (still.some(({ Address }) => Address === address)) throw error;
  }
}

const list = async (app: string) => (await ask.addresses(app)).filter(isPrivate);

const elsewhere = (app: string, network: string, address: string) =>
  `Fly.io allocated the private address ${address} outside ${network}, the network of ${app}: other apps would get in there.\n` +
  `Release it: flyctl ips release ${address} --app ${app}`;
