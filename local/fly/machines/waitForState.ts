import type { Platform } from "../platform.ts";
import { findMachine, type Machine } from "../store/machines.ts";
import { isSettled } from "./state.ts";

/** The states that the API lets a client wait for. */
export const waitStates = ["started", "stopped", "suspended", "destroyed", "settled"] as const;
type WaitState = (typeof waitStates)[number];

/**
 * Whether a machine is in a state. For `started` it is enough that it has been: a release command runs so briefly that nobody
 * could otherwise wait for it.
 */
export function hasReached(machine: Pick<Machine, "state" | "hasStarted">, wanted: WaitState): boolean {
  if (wanted === "started" && machine.hasStarted === 1) return true;
  return wanted === "settled" ? isSettled(machine.state) : machine.state === wanted;
}

/** True once the machine is in one of the states; false after `milliseconds` or when `signal` aborts. */
export async function waitForState(
  platform: Pick<Platform, "database" | "changes">,
  machineId: string,
  wanted: readonly WaitState[],
  milliseconds: number,
  signal?: AbortSignal,
): Promise<boolean> {
  const reached = () => {
    // The row of a machine is deleted with its app.
    const machine = findMachine(platform.database, machineId) ?? { state: "destroyed", hasStarted: 0 };
    return wanted.some((one) => hasReached(machine, one));
  };
  if (reached()) return true;
  return new Promise((resolve) => {
    const finish = (result: boolean) => {
      clearTimeout(timer);
      platform.changes.off(machineId, onChange);
      signal?.removeEventListener("abort", onAbort);
      resolve(result);
    };
    const onChange = () => reached() && finish(true);
    const onAbort = () => finish(false);
    const timer = setTimeout(() => finish(false), milliseconds);
    platform.changes.on(machineId, onChange);
    signal?.addEventListener("abort", onAbort);
  });
}
