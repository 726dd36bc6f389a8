/** The Fly.io app, in a private network of its own. */
import pRetry, { AbortError } from "p-retry";
import { z } from "zod";
import type { VerbInputs } from "../../verb.ts";
import { FlyctlError, flyctl, flyctlJson, forget } from "../flyctl.ts";

const apps = z.array(z.object({ Name: z.string(), Network: z.string() }));

/** Finds the app that an earlier try has made, or makes it. */
export async function create({ input, progress }: VerbInputs) {
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
    await forget(app);
    await createApp(app, { organization, network, progress });
  }
  return { app, organization, network };
}

/** An app cannot be renamed or moved, and replacing it would destroy the client's data with it. */
export async function update({ input, previous }: VerbInputs) {
  const made = z.object({ app: z.string(), organization: z.string(), network: z.string() }).parse(previous);
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

export async function remove({ input, progress }: VerbInputs) {
  const app = input("APP");
  progress(
    `destroying the app ${app} with its machine, its volume and its secrets; Fly.io deletes the volume's snapshots with it, at once and for good`,
  );
  try {
    await flyctl(app, ["apps", "destroy", app, "--yes"]);
  } catch (error) {
    if (!(error instanceof FlyctlError && error.says("Could not find App"))) throw error;
    await requireGone(app);
  }
}

/** "Could not find" is also what a token is told that may not see the app. */
async function requireGone(app: string) {
  if (await isNowhere(app)) return;
  throw new Error(`The app ${app} is still there; see: flyctl status --app ${app}`);
}

/**
 * Whether there is no such app at all. The Machines API makes a difference to one that the token may not see: 404 and 403.
 *
 * @throws FlyctlError where the token may not see it, or the question is not answered.
 */
async function isNowhere(app: string): Promise<boolean> {
  try {
    await flyctl(app, ["machine", "list", "--app", app, "--json"]);
    return false;
  } catch (error) {
    if (error instanceof FlyctlError && /not found|could not find/i.test(error.message)) return true;
    throw error;
  }
}

async function find(app: string, organization: string) {
  const list = await flyctlJson(app, ["apps", "list", "--org", organization], apps);
  return list.find(({ Name }) => Name === app);
}

/** How long a name may stay taken after its app was destroyed, in milliseconds. */
const releaseOfName = 60_000;

interface NewApp {
  organization: string;
  network: string;
  progress: VerbInputs["progress"];
}

/** A name that is taken although nobody has such an app is one that Fly.io has not released yet: of an app that was destroyed just now. */
async function createApp(app: string, { organization, network, progress }: NewApp) {
  const create = async () => {
    try {
      await flyctl(app, ["apps", "create", app, "--org", organization, "--network", network, "--yes"]);
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
