import { type Command, checkArguments, commandLine } from "./cli/command.ts";
import { globalFlags, versionFlag } from "./cli/commonFlags.ts";
import { type FoundCommand, findCommand, suggestions } from "./cli/findCommand.ts";
import { FlagSet, HelpRequested, UsageError } from "./cli/flagSet.ts";
import { helpText, usageText } from "./cli/usage.ts";
import { root } from "./commandTree.ts";
import { ConfigDirectory } from "./config/configDirectory.ts";
import { Environment } from "./config/environment.ts";
import { Interrupted, NotEmulated, Panic } from "./errors.ts";
import { printError } from "./output/errorText.ts";
import { Log } from "./output/log.ts";
import { type Streams, standardStreams } from "./output/streams.ts";
import { type Surroundings, startInvocation } from "./start.ts";
import { Metrics } from "./telemetry/metrics.ts";
import { version } from "./version.ts";

const interruptedCode = 127;
const panicCode = 2;

/** Runs flyctl. @returns its exit code */
export async function main(argv: string[]): Promise<number> {
  const environment = new Environment();
  const directory = new ConfigDirectory(environment);
  const streams = standardStreams;
  const log = new Log(streams, environment, directory);
  const interrupt = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => interrupt.abort());
  const { signal } = interrupt;
  try {
    const surroundings = { environment, directory, streams, log, metrics: new Metrics(), signal };
    return await execute(argv, surroundings);
  } catch (error) {
    if (error instanceof Interrupted) return interruptedCode;
    if (error instanceof Panic) {
      streams.error(`panic: ${error.message}\n\n`);
      return panicCode;
    }
    printError(error, streams, environment);
    return 1;
  } finally {
    log.close();
  }
}

async function execute(argv: string[], surroundings: Surroundings): Promise<number> {
  const found = findCommand(root, argv);
  refuseUnknown(found, surroundings.streams);
  const { path } = found;
  const { streams } = surroundings;
  const command = path.at(-1) as Command;
  const flags = parse(found, streams);
  if (!flags) return 0;
  if (!command.run) {
    streams.out(helpText(path));
    return 0;
  }
  const invocation = startInvocation(command, flags, surroundings);
  const { metrics, settings, http } = invocation;
  metrics.recordRun("started");
  let failed = true;
  try {
    await command.run(invocation);
    metrics.recordRun("successful");
    failed = false;
  } finally {
    await metrics.flush(commandLine(path), failed, settings, http, streams);
  }
  return 0;
}

/** @returns undefined if there is nothing left to do: help or the version was asked for */
function parse({ path, argv }: FoundCommand, streams: Streams): FlagSet | undefined {
  const command = path.at(-1) as Command;
  try {
    const flags = new FlagSet(
      [...(command === root ? [versionFlag] : (command.flags ?? [])), ...globalFlags],
      argv,
    );
    if (command === root && flags.bool("version")) {
      streams.out(`flyctl version ${version}\n`);
      return undefined;
    }
    if (command.run) checkArguments(path, flags.args);
    const [unsupported] = flags.notEmulated();
    if (unsupported) throw new NotEmulated(`--${unsupported}`);
    return flags;
  } catch (error) {
    if (error instanceof HelpRequested) {
      streams.out(helpText(path));
      return undefined;
    }
    if (error instanceof UsageError) streams.out(`${usageText(path)}\n`);
    throw error;
  }
}

/** A group of commands answers an unknown subcommand with its help; only flyctl itself calls it an error. */
function refuseUnknown({ path, operands }: FoundCommand, streams: Streams): void {
  const command = path.at(-1) as Command;
  const [word] = operands;
  if (word === undefined || !command.commands) return;
  if (Object.hasOwn(command.notEmulated ?? {}, word) || command.hiddenNotEmulated?.includes(word)) {
    throw new NotEmulated(`\`${commandLine(path)} ${word}\``);
  }
  if (command !== root) return;
  const meant = suggestions(root, word);
  const hint =
    meant.length > 0 ? `\n\nDid you mean this?\n${meant.map((name) => `\t${name}\n`).join("")}` : "";
  streams.out("Run 'flyctl --help' for usage.\n\n");
  throw new UsageError(`unknown command ${JSON.stringify(word)} for "flyctl"${hint}`);
}
