/**
 * Commands in the machine. Fly.io cuts off a command after about 30 seconds, or after the time that was asked for, at most 60 seconds.
 * Sources: OpenRouterLabs/spawn#1616 (2026-02-21, 408 `deadline_exceeded`), superfly/flyctl#4194. So a command here has to end within that
 * time, also on a machine that has used up its CPU. A caller that cannot do without the answer asks again.
 */
import pRetry, { AbortError } from "p-retry";
import * as answers from "./answers.ts";
import * as commands from "./commands.ts";
import { FlyctlError, flyctlJson } from "./flyctl.ts";

/** How long a caller asks again that needs the answer. */
const patienceMinutes = 5;

/**
 * Runs a command in the machine, once.
 *
 * @returns what it printed and its exit code, also that of a failure.
 * @throws FlyctlError when Fly.io did not run it, or cut it.
 */
export function exec(app: string, machine: string, command: string): Promise<answers.ExecAnswer> {
  return flyctlJson(app, commands.machine.exec(app, machine, command), answers.exec);
}

/**
 * Runs a command in the machine until it succeeds, for five minutes.
 *
 * @param isAnswer whether an exit code other than 0 is an answer too.
 * @throws Error with the reason of the last try; at once where the token lacks a right, or the machine is gone.
 */
export function execUntilAnswered(
  app: string,
  machine: string,
  command: string,
  { progress, isAnswer }: { progress(line: string): void; isAnswer(exitCode: number): boolean },
): Promise<answers.ExecAnswer> {
  let said = "";
  const ask = async () => {
    const result = await exec(app, machine, command).catch(abortIfFinal);
    if (result.exit_code === 0 || isAnswer(result.exit_code)) return result;
    throw new Error(`${command}: ${result.stderr.trim() || `exit code ${result.exit_code}`}`);
  };
  return pRetry(ask, {
    retries: Number.POSITIVE_INFINITY,
    maxRetryTime: patienceMinutes * 60_000,
    minTimeout: 2_000,
    factor: 1,
    onFailedAttempt({ error: { message } }) {
      if (message !== said) progress(`${message}; asking again`);
      said = message;
    },
  });
}

function abortIfFinal(error: unknown): never {
  if (error instanceof FlyctlError && !error.isFinal) throw error;
  throw new AbortError(error as Error);
}
