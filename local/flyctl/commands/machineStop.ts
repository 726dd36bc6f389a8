import type { Command } from "../cli/command.ts";
import { app, appConfig, select } from "../cli/commonFlags.ts";
import { prefixed } from "../errors.ts";
import { formatDuration } from "../go/duration.ts";
import type { Invocation } from "../invocation.ts";
import { holdingMachines } from "../machines/holdMachines.ts";
import { MachinesApi } from "../machines/machinesApi.ts";
import { describeFailure, selectMachines } from "../machines/selectMachines.ts";
import type { Machine } from "../types/machine.ts";

export const machineStop: Command = {
  name: "stop",
  operands: "[<id>...]",
  short: "Stop one or more Fly machines",
  app: "optional",
  flags: [
    app,
    appConfig,
    select,
    {
      name: "signal",
      short: "s",
      type: "string",
      help: "Signal to stop the machine with (default: SIGINT)",
    },
    { name: "timeout", type: "int", help: "Seconds to wait before sending SIGKILL to the machine" },
    {
      name: "wait-timeout",
      short: "w",
      type: "duration",
      help: "Time duration to wait for individual machines to transition states and become stopped.",
    },
  ],
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
  const seconds = Math.max(0, flags.number("timeout"));
  const how = { signal: flags.string("signal").toUpperCase(), timeout: formatDuration(seconds * 1e9) };
  await api.stop(id, how, nonce).catch((error) => {
    throw describeFailure(error, id, appName, `could not stop machine ${id}`);
  });
  const wait = flags.duration("wait-timeout");
  if (wait === 0) return;
  await api.get(id).catch((error) => {
    throw prefixed(`could not get machine ${id} to wait for stop: `, error);
  });
  await api.wait(id, "stopped", wait / 1e9).catch((error) => {
    throw prefixed(`machine ${id} did not stop within the wait timeout: `, error);
  });
}
