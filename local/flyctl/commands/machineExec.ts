import { between, type Command } from "../cli/command.ts";
import { app, appConfig, json, select } from "../cli/commonFlags.ts";
import { FlyError, prefixed } from "../errors.ts";
import { type Invocation, printJson } from "../invocation.ts";
import { ExecResult, MachinesApi } from "../machines/machinesApi.ts";
import { selectMachine } from "../machines/selectMachines.ts";

export const machineExec: Command = {
  name: "exec",
  operands: "[machine-id] <command>",
  short: "Execute a command on a machine",
  app: "optional",
  arguments: between(1, 2),
  flags: [
    app,
    appConfig,
    json,
    select,
    { name: "timeout", type: "int", help: "Timeout in seconds" },
    { name: "container", type: "string", help: "Container to run the command in" },
    {
      name: "no-container",
      type: "bool",
      help: "Run the command on the machine itself rather than in one of its containers",
    },
  ],
  async run(invocation) {
    const result = await execute(invocation);
    if (invocation.settings.jsonOutput) {
      printJson(invocation, ExecResult.encode(result));
      return;
    }
    const { streams } = invocation;
    // A command that failed does not make flyctl fail.
    if (result.exit_code !== 0) streams.out(`Exit code: ${result.exit_code}\n`);
    streams.out(result.stdout);
    streams.error(result.stderr);
  },
};

async function execute(invocation: Invocation): Promise<ExecResult> {
  const { args, flags, flaps } = invocation;
  const container = flags.string("container");
  if (container && flags.bool("no-container")) {
    throw new FlyError("--container and --no-container are mutually exclusive");
  }
  const { id } = await selectMachine(invocation, args.length === 2 ? args[0] : undefined);
  const command = args.at(-1);
  const timeout = flags.number("timeout");
  const body = {
    ...(container ? { container } : {}),
    ...(flags.bool("no-container") ? { machine: true } : {}),
    ...(command ? { cmd: command } : {}),
    ...(timeout ? { timeout } : {}),
  };
  return new MachinesApi(flaps, invocation.appName).exec(id, body).catch((error) => {
    throw prefixed(`could not exec command on machine ${id}: `, error);
  });
}
