import type { Platform } from "../platform.ts";
import { allMachines, type MachineState } from "../store/machines.ts";
import { inBackground } from "./background.ts";
import type { MachineRunner } from "./runner.ts";
import { setState } from "./state.ts";

/**
 * Takes up the machines that an earlier run of the emulator left: those that run are watched again, what happened to
 * the others meanwhile is made good, and what was under way is done.
 */
export function reconcile({ platform, runner }: { platform: Platform; runner: MachineRunner }): void {
  for (const { id, state } of allMachines(platform.database)) {
    inBackground(platform, id, () => takeUp(platform, runner, id, state));
  }
}

async function takeUp(
  platform: Platform,
  runner: MachineRunner,
  id: string,
  state: MachineState,
): Promise<void> {
  switch (state) {
    case "starting":
    case "started":
    case "replacing":
      if (!(await runner.adopt(id))) await runner.launch(id);
      return;
    case "stopping":
      await runner.adopt(id);
      return runner.halt(id, { signal: "SIGKILL", seconds: 0 });
    case "destroying":
      return runner.destroy(id);
    case "created":
      return setState(platform, id, "stopped");
    case "stopped":
    case "failed":
    case "destroyed":
      return;
  }
}
