import type { Command } from "../cli/command.ts";
import { app } from "../cli/commonFlags.ts";
import { FlyError, Interrupted, messageOf } from "../errors.ts";
import type { Invocation } from "../invocation.ts";
import { holdingMachines } from "../machines/holdMachines.ts";
import { MachinesApi } from "../machines/machinesApi.ts";
import { describeFailure, selectMachines } from "../machines/selectMachines.ts";
import type { Machine } from "../types/machine.ts";

export const machineStart: Command = {
  name: "start",
  app: "optional",
  flags: [app],
  async run(invocation) {
    const machines = await selectMachines(invocation, invocation.args);
    await holdingMachines(invocation, machines, async (held) => {
      for (const machine of held) {
        await start(invocation, machine);
        invocation.streams.out(`${machine.id} has been started\n`);
      }
    });
  },
};

async function start({ appName, flaps }: Invocation, { id, nonce }: Machine): Promise<void> {
  const { status, message } = await new MachinesApi(flaps, appName).start(id, nonce).catch((error) => {
    if (!(error instanceof Interrupted) && messageOf(error).includes(" for machine")) {
      throw new FlyError(
        `could not start machine due to lack of capacity. Try 'flyctl machine clone ${id} -a ${appName}'`,
      );
    }
    throw describeFailure(error, id, appName, `could not start machine ${id}`);
  });
  if (status === "error") throw new FlyError(`machine could not be started: ${message}`);
}
