/** The app's private IPv6 address, through which the platform, and nobody outside the app's network, reaches it. */
import { z } from "zod";
import type { VerbInputs } from "../../verb.ts";
import { FlyctlError, flyctl, flyctlJson } from "../flyctl.ts";

const addresses = z.array(z.object({ Address: z.string(), Type: z.string() }));

export async function create({ input, progress }: VerbInputs) {
  const app = input("APP");
  const existing = await find(app);
  if (existing) return { address: existing };
  progress(`allocating a private IPv6 address for ${app}`);
  await flyctl(app, ["ips", "allocate-v6", "--private", "--app", app]);
  const address = await find(app);
  if (!address)
    throw new Error(`Fly.io allocated no private address for ${app}; see: flyctl ips list --app ${app}`);
  return { address };
}

/** There is nothing about an address that could change. */
export async function update({ previous }: VerbInputs) {
  return previous;
}

export async function remove({ input, previous }: VerbInputs) {
  const app = input("APP");
  const { address } = z.object({ address: z.string() }).parse(previous);
  try {
    await flyctl(app, ["ips", "release", address, "--app", app]);
  } catch (error) {
    // What is gone already need not be released; flyctl's text for it is the server's, so the list decides.
    if (!(error instanceof FlyctlError) || error.refused) throw error;
    if ((await find(app).catch(() => undefined)) === address) throw error;
  }
}

async function find(app: string) {
  const list = await flyctlJson(app, ["ips", "list", "--app", app], addresses);
  return list.find(({ Type }) => Type === "private_v6")?.Address;
}
