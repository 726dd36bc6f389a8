/**
 * A release: the image and fly.toml in the one machine, checked afterwards. flyctl reports success in cases that are none (a machine
 * that was stopped is updated, but neither started nor checked), so the verb looks for itself.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pRetry, { AbortError } from "p-retry";
import { z } from "zod";
import type { VerbInputs } from "../../verb.ts";
import { FlyctlError, flyctl, flyctlJson, flyctlStillRuns, flyctlToTheEnd } from "../flyctl.ts";
import { addressShape, sortAddresses } from "../network.ts";

const exitRequest = z.object({
  exit_event: z.object({ exit_code: z.number(), requested_stop: z.boolean() }).partial().optional(),
});

const machines = z.array(
  z.object({
    id: z.string(),
    state: z.string(),
    region: z.string(),
    private_ip: z.string(),
    checks: z
      .array(z.object({ name: z.string(), status: z.string(), output: z.string().optional() }))
      .optional(),
    image_ref: z.object({ digest: z.string().optional() }),
    events: z.array(z.object({ type: z.string(), request: exitRequest.optional() })).default([]),
  }),
);
type Machine = z.infer<typeof machines>[number];

/** How long a machine may take to become healthy, for flyctl and for the look afterwards. */
const healthMinutes = 5;

/** How long an interrupted deploy keeps its machine locked; it is flyctl's --wait-timeout. */
const lockMinutes = healthMinutes;

export async function create({ input, progress }: VerbInputs) {
  const [app, image] = [input("APP"), input("IMAGE")];
  await waitForEarlierDeploy(app, progress);
  progress(`releasing ${image}`);
  await deploy(app, image, input("FLY_TOML"), progress);
  const machine = await healthyMachine(app, image, progress);
  await requireNoWayIn(app, machine);
  return { machineId: machine.id, region: machine.region, image, releasedAt: new Date().toISOString() };
}

export const update = create;

/** The machine goes with its app. */
export async function remove() {}

async function deploy(app: string, image: string, flyToml: string, progress: VerbInputs["progress"]) {
  const directory = await mkdtemp(join(tmpdir(), "paperclip-on-fly-"));
  try {
    const config = join(directory, "fly.toml");
    await writeFile(config, flyToml);
    const args = [
      "deploy",
      "--app",
      app,
      "--config",
      config,
      "--image",
      image,
      "--wait-timeout",
      `${healthMinutes}m`,
      "--yes",
    ];
    // One machine and no public address; the rest keeps flyctl from asking hosts that a deploy of a finished image has no need of.
    const flags = [
      "--ha=false",
      "--no-public-ips",
      "--dns-checks=false",
      "--wg=false",
      "--deploy-retries",
      "0",
    ];
    await pRetry(() => flyctlToTheEnd(app, [...args, ...flags]).catch(abortUnlessLocked), {
      // flyctl itself tries for a minute before it gives up on a locked machine.
      retries: lockMinutes,
      minTimeout: 5_000,
      factor: 1,
      onFailedAttempt: () => progress("the machine is still locked by an interrupted deploy; trying again"),
    });
  } catch (error) {
    // flyctl also sees the crashes from before this release, when the one before it was a bad one. The machine itself tells.
    if (!(error instanceof FlyctlError && error.says("appears to be crashing"))) throw error;
    progress("flyctl suspects a crash loop; looking at the machine itself");
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function abortUnlessLocked(error: unknown): never {
  if (error instanceof FlyctlError && !error.refused && /lease/i.test(error.message)) throw error;
  throw new AbortError(error instanceof Error ? error : new Error(String(error)));
}

async function waitForEarlierDeploy(app: string, progress: VerbInputs["progress"]) {
  if (!(await flyctlStillRuns(app))) return;
  progress("waiting for a deploy that an interrupted update has left running");
  await pRetry(
    async () => {
      if (await flyctlStillRuns(app))
        throw new Error(`A deploy of ${app} is still running on this machine; try again when it has ended.`);
    },
    { retries: healthMinutes * 60, minTimeout: 1_000, factor: 1 },
  );
}

/** The one machine, started and healthy. */
function healthyMachine(app: string, image: string, progress: VerbInputs["progress"]): Promise<Machine> {
  const look = async () => {
    const machine = await theMachine(app);
    const { id, state, checks = [], image_ref } = machine;
    if (state === "stopped" || state === "suspended") {
      progress(`starting the machine ${id}, which was ${state}`);
      await flyctl(app, ["machine", "start", id, "--app", app]);
    }
    const failing = checks.filter(({ status }) => status !== "passing");
    if (state === "started" && failing.length === 0 && image.endsWith(image_ref.digest ?? "")) return machine;
    const see = `See its log: flyctl logs --app ${app}`;
    if (crashed(machine)) throw new AbortError(`The machine ${id} starts and crashes. ${see}`);
    const reasons = failing
      .map(({ name, status, output }) => `${name} is ${status}: ${output ?? ""}`)
      .join("; ");
    throw new Error(`The machine ${id} is ${state} and not healthy. ${reasons}\n${see}`);
  };
  return pRetry(look, { retries: healthMinutes * 30, minTimeout: 2_000, factor: 1 });
}

/** Whether the machine has ended with an error since it was launched or updated; its events come newest first. */
function crashed({ events }: Machine): boolean {
  const launch = events.findIndex(({ type }) => type === "launch" || type === "update");
  return events.slice(0, Math.max(launch, 0)).some(({ type, request }) => {
    const exit = request?.exit_event;
    return type === "exit" && exit?.exit_code !== 0 && !exit?.requested_stop;
  });
}

async function theMachine(app: string) {
  const [machine, ...more] = await flyctlJson(app, ["machine", "list", "--app", app], machines);
  if (machine && more.length === 0) return machine;
  throw new Error(
    `The app ${app} has ${machine ? more.length + 1 : "no"} machines instead of one; see: flyctl machine list --app ${app}`,
  );
}

/** The internet and the organization's other networks get to no address of the app. */
async function requireNoWayIn(app: string, machine: Machine) {
  const list = await flyctlJson(app, ["ips", "list", "--app", app], z.array(addressShape));
  const { open, foreign } = sortAddresses(list, machine.private_ip);
  const ways = [...open, ...foreign];
  if (ways.length === 0) return;
  const from = open.length > 0 ? "the internet" : "another network of the organization";
  throw new Error(
    `The app ${app} can be reached from ${from} through ${ways.join(", ")}.\n` +
      `Remove what nobody needs: flyctl ips release ${ways.join(" ")} --app ${app}`,
  );
}
