import type { Command } from "../cli/command.ts";
import { app } from "../cli/commonFlags.ts";
import { prefixed } from "../errors.ts";
import type { Invocation } from "../invocation.ts";
import { awaitState } from "../machines/awaitMachine.ts";
import { waitForKnownChecks } from "../machines/healthChecks.ts";
import { holdingMachines } from "../machines/holdMachines.ts";
import { MachinesApi } from "../machines/machinesApi.ts";
import { selectMachines } from "../machines/selectMachines.ts";
import type { Machine } from "../types/machine.ts";

const startTimeout = 300_000;

export const machineRestart: Command = {
  name: "restart",
  app: "optional",
  flags: [app, { name: "skip-health-checks", type: "bool" }],
  async run(invocation) {
    const machines = await selectMachines(invocation, invocation.args);
    await holdingMachines(invocation, machines, async (held) => {
      for (const machine of held) {
        await restart(invocation, machine).catch((error) => {
          throw prefixed(`failed to restart machine ${machine.id}: `, error);
        });
      }
    });
  },
};

async function restart(invocation: Invocation, machine: Machine): Promise<void> {
  const { appName, flags, flaps, streams } = invocation;
  const { id, nonce } = machine;
  const api = new MachinesApi(flaps, appName);
  streams.out(`Restarting machine ${id}\n`);
  await api.restart(id, "force_stop=false", nonce).catch((error) => {
    throw prefixed(`could not stop machine ${id}: `, error);
  });
  await awaitState(invocation, { id }, "started", startTimeout);
  if (!flags.bool("skip-health-checks")) {
    await waitForKnownChecks(invocation, api, id, machine.checks.length).catch((error) => {
      throw prefixed("failed to wait for health checks to pass: ", error);
    });
  }
  streams.out(`Machine ${id} restarted successfully!\n`);
}
