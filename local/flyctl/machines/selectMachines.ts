import { appNameOfMachine } from "../api/account.ts";
import { FlyError, Interrupted, messageOf, prefixed } from "../errors.ts";
import type { Invocation } from "../invocation.ts";
import type { Machine } from "../types/machine.ts";
import { MachinesApi } from "./machinesApi.ts";

/** The machine that a command is about. @param id undefined if none was given */
export async function selectMachine(invocation: Invocation, id: string | undefined): Promise<Machine> {
  const [machine] = await selectMachines(invocation, id === undefined ? [] : [id]);
  return machine as Machine;
}

/** The machines with these ids. If no app was named, the first machine tells which app it is. */
export async function selectMachines(invocation: Invocation, ids: string[]): Promise<Machine[]> {
  const [first] = ids;
  if (first === undefined) {
    throw new FlyError(
      invocation.appName
        ? "a machine ID must be specified when not running interactively"
        : "a machine ID or an app name is required",
    );
  }
  invocation.appName ||= await appNameOfMachine(invocation, first).catch((error) => {
    throw prefixed("could not get machine from GraphQL to determine app name: ", error);
  });
  const api = new MachinesApi(invocation.flaps, invocation.appName);
  const machines: Machine[] = [];
  for (const id of ids) {
    machines.push(
      await api.get(id).catch((error) => {
        throw describeFailure(error, id, invocation.appName, `could not get machine ${id}`);
      }),
    );
  }
  return machines;
}

/** A missing machine gets its own sentence; any other error gets a prefix. */
export function describeFailure(error: unknown, id: string, appName: string, prefix: string): Error {
  if (error instanceof Interrupted) return error;
  if (messageOf(error).includes("machine not found")) {
    return new FlyError(`machine ${id} was not found in app '${appName}'`);
  }
  return prefixed(`${prefix}: `, error);
}
