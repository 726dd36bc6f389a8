import type { Platform } from "../platform.ts";
import type { Machine, MachineState } from "../store/machines.ts";
import { crashLoopMilliseconds, decideRestart, exitEventRequest } from "./restartPolicy.ts";
import type { ContainerExit } from "./runningContainer.ts";
import { isGone, logFromPlatform, recordEvent, setState } from "./state.ts";

/**
 * Records the end of a machine's process. The machine gets the state `next`, unless it is to be restarted or destroyed.
 * @returns milliseconds until the restart policy starts it again, or undefined if the policy does not.
 */
export function recordExit(
  platform: Platform,
  machine: Machine,
  exit: ContainerExit,
  next: MachineState,
): number | undefined {
  const upMilliseconds = Date.parse(exit.finishedAt) - Date.parse(exit.startedAt);
  const facts = {
    exitCode: exit.exitCode,
    requestedStop: machine.stopRequested === 1,
    restartCount: upMilliseconds >= crashLoopMilliseconds ? 0 : machine.restartCount,
  };
  const decision = decideRestart(machine.config.restart, facts);
  const restartCount = facts.restartCount + (decision.restart ? 1 : 0);
  const request = exitEventRequest({
    ...facts,
    restartCount,
    restarting: decision.restart,
    oomKilled: exit.oomKilled,
    exitedAt: exit.finishedAt,
  });
  recordEvent(platform, machine.id, "exit", "stopped", "flyd", request);
  const reason = exit.oomKilled ? ", out of memory" : "";
  logFromPlatform(platform, machine.id, "info", `main child exited with code ${exit.exitCode}${reason}`);
  const after = decision.restart ? "starting" : next;
  setState(platform, machine.id, isGone(machine.state) ? machine.state : after, {
    restartCount,
    stopRequested: 0,
  });
  return decision.restart ? decision.delayMilliseconds : undefined;
}
