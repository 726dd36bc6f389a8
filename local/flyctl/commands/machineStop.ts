import type { Command } from "../cli/command.ts";
import { app } from "../cli/commonFlags.ts";
import type { Invocation } from "../invocation.ts";
import { holdingMachines } from "../machines/holdMachines.ts";
import { MachinesApi } from "../machines/machinesApi.ts";
import { describeFailure, selectMachines } from "../machines/selectMachines.ts";
import type { Machine } from "../types/machine.ts";

export const machineStop: Command = {
  name: "stop",
  app: "optional",
  flags: [app, { name: "signal", type: "string" }],
  async run(invocation) {
    const machines = await selectMachines(invocation, invocation.args);
    await holdingMachines(invocation, machines, async (held) => {
      for (const machine of held) {
        invocation.streams.out(`Sending kill signal to machine ${machine.id}...\n`);
        await stop(invocation, machine);
        invocation.streams.out(`${machine.id} has been successfully stopped\n`);
      }
    });
  },
};

async function stop({ appName, flags, flaps }: Invocation, { id, nonce }: Machine): Promise<void> {
  const api = new MachinesApi(flaps, appName);
  const how = { signal: flags.string("signal").toUpperCase(), timeout: "0s" };
  await api.stop(id, how, nonce).catch((error) => {
    throw describeFailure(error, id, appName, `could not stop machine ${id}`);
  });
}
