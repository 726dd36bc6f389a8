/**
 * Waits for the app's one machine, by looking at the machine itself, because flyctl's verdict can be wrong. It reports success for a machine
 * that was stopped: it updates it, and neither starts nor checks it. It reports failure where Fly.io fetches the image for longer than flyctl
 * waits.
 */
import pRetry, { AbortError } from "p-retry";
import type { Machine } from "./answers.ts";
import * as ask from "./ask.ts";
import * as commands from "./commands.ts";
import { FlyctlError, flyctl } from "./flyctl.ts";
import { crashed, isAtRest, isFetching, situation, stoppedByTrial, trialText, unhealthy } from "./machine.ts";

export interface Wait {
  app: string;
  /** Unix milliseconds. The machine is looked at once in any case. */
  until: number;
  progress(line: string): void;
}

/**
 * Waits for an image that Fly.io still fetches for the previous update, which has stopped waiting. A deploy now would start that fetch again,
 * and flyctl does not launch a machine in such a state.
 */
export async function fetchedBefore(wait: Wait): Promise<void> {
  await repeat(wait, async (tell) => {
    const fetching = (await ask.machines(wait.app)).find(isFetching);
    if (!fetching) return;
    if (tell(situation(fetching)) && fetching.state === "created") await tryStart(wait.app, fetching.id);
    throw new Error(unfinished(wait.app, fetching));
  });
}

/** The one machine, started and healthy, with this image. */
export function healthyMachine(wait: Wait, image: string): Promise<Machine> {
  const { app, progress } = wait;
  return repeat(wait, async (tell) => {
    const machine = await onlyMachine(app);
    const { id, state, image_ref } = machine;
    if (isAtRest(machine)) {
      const why = stoppedByTrial(machine) ? `; ${trialText}. Add one: https://fly.io/dashboard` : "";
      progress(`starting the machine ${id}, which was ${state}${why}`);
      await flyctl(app, commands.machine.start(app, id));
      throw new Error(unfinished(app, machine));
    }
    const isReleased = image.endsWith(image_ref.digest ?? "");
    if (state === "started" && isReleased && unhealthy(machine).length === 0) return machine;
    if (crashed(machine)) throw new AbortError(`The machine ${id} starts and crashes. ${seeLog(app)}`);
    // A machine that was created and never launched stays so until it is started. One whose image is being fetched refuses the start.
    if (tell(situation(machine)) && state === "created") await tryStart(app, id);
    throw new Error(unfinished(app, machine));
  });
}

function repeat<T>({ until, progress }: Wait, look: (tell: Tell) => Promise<T>): Promise<T> {
  const tell = teller(progress);
  const toGoOn = (error: unknown) => {
    if (!(error instanceof FlyctlError)) throw error;
    if (error.isFinal) throw new AbortError(error);
    tell(`${error.message}; looking again`);
    throw error;
  };
  return pRetry(() => look(tell).catch(toGoOn), {
    retries: Number.POSITIVE_INFINITY,
    maxRetryTime: Math.max(0, until - Date.now()),
    minTimeout: 2_000,
    factor: 1,
  });
}

/** Tells a line when it is new, and once a minute as long as it stays the same. Returns whether it has told it. */
type Tell = (line: string) => boolean;

function teller(progress: Wait["progress"]): Tell {
  let [said, at] = ["", 0];
  return (line) => {
    if (line === said && Date.now() - at < 60_000) return false;
    [said, at] = [line, Date.now()];
    progress(line);
    return true;
  };
}

const tryStart = (app: string, id: string) =>
  flyctl(app, commands.machine.start(app, id)).catch((error: unknown) => {
    if (!(error instanceof FlyctlError)) throw error;
  });

async function onlyMachine(app: string) {
  const [machine, ...more] = await ask.machines(app);
  if (machine && more.length === 0) return machine;
  throw new Error(
    `The app ${app} has ${machine ? more.length + 1 : "no"} machines instead of one; see: flyctl machine list --app ${app}`,
  );
}

const seeLog = (app: string) => `See its log: flyctl logs --app ${app}`;

const unfinished = (app: string, machine: Machine) =>
  `The machine is not healthy: ${situation(machine)}.\n` +
  `Fly.io goes on with it; look again with: pulumi up. ${seeLog(app)}`;
