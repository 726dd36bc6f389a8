import type { Platform } from "../platform.ts";
import { allMachines, type Machine } from "../store/machines.ts";
import { inBackground } from "./background.ts";
import type { MachineRunner } from "./runner.ts";
import { setState } from "./state.ts";

/**
 * Takes over the machines that an earlier run of the emulator left. It watches the running ones again, catches up on what happened to
 * the others in the meantime, and finishes pending work. When it returns, every machine's state is right;
 * the work goes on in the background.
 */
export async function reconcile(platform: Platform, runner: MachineRunner): Promise<void> {
  for (const machine of allMachines(platform.database)) await takeUp(platform, runner, machine);
}

async function takeUp(platform: Platform, runner: MachineRunner, { id, state }: Machine): Promise<void> {
  switch (state) {
    case "starting":
    case "started":
    case "replacing":
      if (await runner.adopt(id)) return;
      setState(platform, id, "starting", { hasStarted: 0 });
      return inBackground(platform, id, () => runner.launch(id));
    case "stopping":
      await runner.adopt(id);
      setState(platform, id, "stopping");
      return inBackground(platform, id, () => runner.halt(id, { signal: "SIGKILL", seconds: 0 }));
    case "destroying":
      return inBackground(platform, id, () => runner.destroy(id));
    case "created":
      return setState(platform, id, "stopped");
    case "stopped":
    case "failed":
    case "destroyed":
      return;
  }
}
