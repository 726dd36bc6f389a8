/** A release: the image and fly.toml in the one machine, which is then waited for until it is healthy. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pRetry, { AbortError } from "p-retry";
import type { VerbInputs } from "../../verbInputs.ts";
import type { Machine } from "../answers.ts";
import * as ask from "../ask.ts";
import * as commands from "../commands.ts";
import { FlyctlError, flyctlStillRuns, flyctlToTheEnd } from "../flyctl.ts";
import {
  formerSecretsIn,
  releasedBefore,
  removeFormerSecrets,
  replaceFormerSecrets,
} from "../formerSecrets.ts";
import { fetchedBefore, healthyMachine } from "../healthyMachine.ts";
import { sortAddresses } from "../network.ts";
import { type Patience, patience } from "../patience.ts";

/** SECRETS_FINGERPRINT is there to release other secrets. */
type Inputs = VerbInputs<"APP" | "IMAGE" | "FLY_TOML" | "SECRETS_FINGERPRINT">;

export async function create({ input, progress, previous }: Inputs) {
  const [app, image, flyToml] = [input("APP"), input("IMAGE"), input("FLY_TOML")];
  const waits = patience(process.env);
  const until = Date.now() + waits.minutes * 60_000;
  await waitForEarlierDeploy(app, waits, progress);
  await fetchedBefore({ app, until, progress });
  const former = await replaceFormerSecrets(app, flyToml, previous(releasedBefore));
  progress(`releasing ${image}`);
  await deploy(app, image, { flyToml, waits, progress });
  // However long the wait was so far, a machine that has its image gets as long as flyctl gives it.
  const atLeast = Date.now() + waits.flyctlSeconds * 1000;
  const machine = await healthyMachine({ app, until: Math.max(until, atLeast), progress }, image);
  await requireNoWayIn(app, machine);
  await removeFormerSecrets(app, former);
  const releasedAt = new Date().toISOString();
  return {
    machineId: machine.id,
    region: machine.region,
    image,
    releasedAt,
    formerSecrets: formerSecretsIn(flyToml),
  };
}

export const update = create;

/** The machine goes with its app. */
export async function remove() {}

interface Deploy {
  flyToml: string;
  waits: Patience;
  progress: Inputs["progress"];
}

async function deploy(app: string, image: string, { flyToml, waits, progress }: Deploy) {
  const directory = await mkdtemp(join(tmpdir(), "paperclip-on-fly-"));
  try {
    const config = join(directory, "fly.toml");
    await writeFile(config, flyToml);
    const line = commands.deploy(app, { config, image, waitSeconds: waits.flyctlSeconds });
    await pRetry(() => flyctlToTheEnd(app, line).catch(abortUnlessLocked), {
      // flyctl itself tries a locked machine for a minute. The lock of a new machine lasts as long as flyctl waits.
      retries: Math.ceil(waits.flyctlSeconds / 60),
      minTimeout: 5_000,
      factor: 1,
      onFailedAttempt: () => progress("the machine is still locked by an interrupted deploy; trying again"),
    });
  } catch (error) {
    const doubt =
      error instanceof FlyctlError ? doubts.find(({ said }) => said.test(error.message)) : undefined;
    if (!doubt) throw error;
    progress(`${doubt.means}; looking at the machine itself`);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Errors of a deploy that do not say how the machine is: it is looked at itself. Source: flyctl's errorIsTimeout in internal/command/deploy. */
const doubts = [
  // flyctl also counts crashes of the previous release.
  { said: /appears to be crashing/, means: "flyctl suspects a crash loop" },
  {
    said: /timeout reached waiting for|context deadline exceeded|net\/http: request canceled/,
    means: "flyctl waits no longer",
  },
];

function abortUnlessLocked(error: unknown): never {
  if (error instanceof FlyctlError && !error.refused && /\blease/i.test(error.message)) throw error;
  throw new AbortError(error instanceof Error ? error : new Error(String(error)));
}

async function waitForEarlierDeploy(app: string, { minutes }: Patience, progress: Inputs["progress"]) {
  if (!(await flyctlStillRuns(app))) return;
  progress("waiting for a deploy that an interrupted update has left running");
  await pRetry(
    async () => {
      if (await flyctlStillRuns(app))
        throw new Error(`A deploy of ${app} is still running on this machine; try again when it has ended.`);
    },
    { retries: Number.POSITIVE_INFINITY, maxRetryTime: minutes * 60_000, minTimeout: 1_000, factor: 1 },
  );
}

/** Checks that neither the internet nor another network of the organization reaches an address of the app. */
async function requireNoWayIn(app: string, machine: Machine) {
  const { open, foreign } = sortAddresses(await ask.addresses(app), machine.private_ip);
  const ways = [...open, ...foreign];
  if (ways.length === 0) return;
  const from = open.length > 0 ? "the internet" : "another network of the organization";
  throw new Error(
    `The app ${app} can be reached from ${from} through ${ways.join(", ")}.\n` +
      `Remove what nobody needs: flyctl ips release ${ways.join(" ")} --app ${app}`,
  );
}
