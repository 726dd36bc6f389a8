import { between, type Command } from "../cli/command.ts";
import { app, json } from "../cli/commonFlags.ts";
import { prefixed } from "../errors.ts";
import { type Invocation, printJson } from "../invocation.ts";
import { ExecResult, MachinesApi } from "../machines/machinesApi.ts";
import { selectMachine } from "../machines/selectMachines.ts";

export const machineExec: Command = {
  name: "exec",
  app: "optional",
  arguments: between(1, 2),
  flags: [app, json, { name: "timeout", type: "int" }],
  async run(invocation) {
    const result = await execute(invocation);
    if (invocation.settings.jsonOutput) {
      printJson(invocation, ExecResult.encode(result));
      return;
    }
    const { streams } = invocation;
    // flyctl succeeds even if the command failed.
    if (result.exit_code !== 0) streams.out(`Exit code: ${result.exit_code}\n`);
    streams.out(result.stdout);
    streams.error(result.stderr);
  },
};

async function execute(invocation: Invocation): Promise<ExecResult> {
  const { args, flags, flaps } = invocation;
  const { id } = await selectMachine(invocation, args.length === 2 ? args[0] : undefined);
  const command = args.at(-1);
  const timeout = flags.number("timeout");
  const body = {
    ...(command ? { cmd: command } : {}),
    ...(timeout ? { timeout } : {}),
  };
  return new MachinesApi(flaps, invocation.appName).exec(id, body).catch((error) => {
    throw prefixed(`could not exec command on machine ${id}: `, error);
  });
}
