import { appNameOfMachine } from "../api/account.ts";
import { FlyError, Interrupted, messageOf, prefixed } from "../errors.ts";
import type { Invocation } from "../invocation.ts";
import type { Machine } from "../types/machine.ts";
import { MachinesApi } from "./machinesApi.ts";

/** The machine a command is about. @param id undefined if none was given */
export async function selectMachine(invocation: Invocation, id: string | undefined): Promise<Machine> {
  const [machine] = await selectMachines(invocation, id === undefined ? [] : [id]);
  return machine as Machine;
}

/** The machines of these ids. An app that was not named is looked up by the first of them. */
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

/** A machine that is not there gets a sentence of its own; any other failure gets a prefix. */
export function describeFailure(error: unknown, id: string, appName: string, prefix: string): Error {
  if (error instanceof Interrupted) return error;
  if (messageOf(error).includes("machine not found")) {
    return new FlyError(`machine ${id} was not found in app '${appName}'`);
  }
  return prefixed(`${prefix}: `, error);
}
