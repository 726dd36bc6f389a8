import { FlyError, Interrupted, messageOf, prefixed } from "../errors.ts";
import type { Invocation } from "../invocation.ts";
import type { Machine } from "../types/machine.ts";
import { Backoff } from "./backoff.ts";
import { MachinesApi } from "./machinesApi.ts";
import { WaitTimeout } from "./waitErrors.ts";

/** Seconds that one request lets the API wait. */
const requestTime = 60;

/**
 * Waits until a machine is in a state. It asks again after any answer except that the request is wrong.
 * @param timeout milliseconds
 */
export async function awaitState(
  { appName, flaps, http }: Invocation,
  { id, config }: Pick<Machine, "id"> & Partial<Machine>,
  state: "started" | "settled",
  timeout: number,
): Promise<void> {
  const api = new MachinesApi(flaps, appName);
  const deadline = Date.now() + timeout;
  const backoff = new Backoff(500, 2000, false);
  for (;;) {
    try {
      await api.wait(id, state, requestTime, deadline - Date.now());
      return;
    } catch (error) {
      if (error instanceof Interrupted) throw error;
      if (Date.now() >= deadline) throw new WaitTimeout(id, timeout * 1e6, state);
      const isUnreached = messageOf(error).includes("machine failed to reach desired state");
      if (isUnreached && config?.restart?.policy === "no") {
        throw new FlyError(
          "machine failed to reach desired start state, and restart policy was set to no restart",
        );
      }
      if (error instanceof FlyError && error.details.status === 400) {
        throw prefixed("failed waiting for machine: ", error);
      }
      await http.pause(backoff.next());
    }
  }
}
