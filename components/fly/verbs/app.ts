/** The Fly.io app, in a private network of its own. */
import pRetry, { AbortError } from "p-retry";
import { z } from "zod";
import type { VerbInputs } from "../../verbInputs.ts";
import * as ask from "../ask.ts";
import * as commands from "../commands.ts";
import { FlyctlError, flyctl, resetFlyctlCache } from "../flyctl.ts";

type Inputs = VerbInputs<"APP" | "ORGANIZATION" | "NETWORK">;

const printed = z.object({ app: z.string(), organization: z.string(), network: z.string() });

/** Finds the app that an earlier try has made, or makes it. */
export async function create({ input, progress }: Inputs) {
  const [app, organization, network] = [input("APP"), input("ORGANIZATION"), input("NETWORK")];
  const existing = await find(app, organization);
  if (existing && existing.Network !== network) {
    throw new Error(
      `The app ${app} exists in the organization ${organization}, but not in the private network ${network}: this program did not make it.\n` +
        `Take another name (pulumi config set appName NAME) or remove that app (flyctl apps destroy ${app}).`,
    );
  }
  if (!existing) {
    progress(`creating the app ${app} in ${organization}`);
    await resetFlyctlCache(app);
    await createApp(app, { organization, network, progress });
  }
  return { app, organization, network };
}

/** An app cannot be renamed or moved, and replacing it would destroy the client's data with it. */
export async function update({ input, previous }: Inputs) {
  const made = previous(printed);
  const refuse = (what: string, setting: string, value: string) => {
    throw new Error(
      `${what} holds all data of this stack and cannot be changed.\n` +
        `Keep it (pulumi config set ${setting} ${value}), or make a new stack and restore a backup there.`,
    );
  };
  if (input("APP") !== made.app) refuse(`The app ${made.app}`, "appName", made.app);
  if (input("ORGANIZATION") !== made.organization) {
    refuse(`The app in the organization ${made.organization}`, "organization", made.organization);
  }
  return made;
}

export async function remove({ input, progress }: Inputs) {
  const app = input("APP");
  progress(
    `destroying the app ${app} with its machine, its volume and its secrets; Fly.io deletes the volume's snapshots with it, at once and for good`,
  );
  try {
    await flyctl(app, commands.apps.destroy(app));
  } catch (error) {
    if (!(error instanceof FlyctlError && error.says("Could not find App"))) throw error;
    await requireGone(app);
  }
}

/** flyctl also says "Could not find" where the token is not allowed to see the app. */
async function requireGone(app: string) {
  if (await isNowhere(app)) return;
  throw new Error(`The app ${app} is still there; see: flyctl status --app ${app}`);
}

/**
 * Whether there is no such app at all. The Machines API tells that apart from an app that the token is not allowed to see: 404 and 403.
 *
 * @throws FlyctlError where the token is not allowed to see the app, or where the question is not answered.
 */
async function isNowhere(app: string): Promise<boolean> {
  try {
    await flyctl(app, commands.machine.list(app));
    return false;
  } catch (error) {
    if (error instanceof FlyctlError && /not found|could not find/i.test(error.message)) return true;
    throw error;
  }
}

async function find(app: string, organization: string) {
  return (await ask.apps(app, organization)).find(({ Name }) => Name === app);
}

/** How long a name can stay taken after its app was destroyed, in milliseconds. */
const releaseOfName = 60_000;

interface NewApp {
  organization: string;
  network: string;
  progress: Inputs["progress"];
}

/** A name can be taken although there is no such app: Fly.io has not yet released the name of an app that was destroyed just now. */
async function createApp(app: string, { organization, network, progress }: NewApp) {
  const create = async () => {
    try {
      await flyctl(app, commands.apps.create(app, { organization, network }));
    } catch (error) {
      if (!(error instanceof FlyctlError && error.says("already been taken")))
        throw new AbortError(error as Error);
      if (await isNowhere(app).catch(() => false)) throw new Error(taken(app));
      throw new AbortError(taken(app));
    }
  };
  await pRetry(create, {
    retries: Number.POSITIVE_INFINITY,
    maxRetryTime: releaseOfName,
    minTimeout: 3_000,
    factor: 1,
    onFailedAttempt: ({ retriesConsumed }) => {
      if (retriesConsumed === 0)
        progress(`Fly.io has not released the name ${app} of an earlier app yet; trying again`);
    },
  });
}

const taken = (app: string) =>
  `The app name ${app} is taken by someone else: names are unique across all of Fly.io.\n` +
  "Take another one: pulumi config set appName NAME";
