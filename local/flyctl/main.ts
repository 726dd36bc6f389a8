import { type Command, checkArguments, commandLine } from "./cli/command.ts";
import { type FoundCommand, findCommand } from "./cli/findCommand.ts";
import { FlagSet, UsageError } from "./cli/flagSet.ts";
import { root } from "./commandTree.ts";
import { ConfigDirectory } from "./config/configDirectory.ts";
import { Environment } from "./config/environment.ts";
import { Interrupted, NotEmulated, Panic } from "./errors.ts";
import { printError } from "./output/errorText.ts";
import { Log } from "./output/log.ts";
import { type Streams, standardStreams } from "./output/streams.ts";
import { startInvocation } from "./start.ts";

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
    const found = findCommand(root, argv);
    const command = found.path.at(-1) as Command;
    if (!command.run) refuse(found, streams);
    const flags = new FlagSet(command.flags ?? [], found.argv);
    checkArguments(found.path, flags.args);
    await command.run(startInvocation(command, flags, { environment, directory, streams, log, signal }));
    return 0;
  } catch (error) {
    if (error instanceof Interrupted) return interruptedCode;
    if (error instanceof Panic) {
      streams.error(`panic: ${error.message}\n\n`);
      return panicCode;
    }
    printError(error, streams);
    return 1;
  } finally {
    log.close();
  }
}

/** Refuses an unknown command. The real flyctl would print help for some of these, but nobody needs it from the stand-in. */
function refuse({ path, argv: [word] }: FoundCommand, streams: Streams): never {
  if (path.length > 1 || word === undefined || word.startsWith("-"))
    throw new NotEmulated(`\`${[commandLine(path), ...(word === undefined ? [] : [word])].join(" ")}\``);
  streams.out("Run 'flyctl --help' for usage.\n\n");
  throw new UsageError(`unknown command ${JSON.stringify(word)} for "flyctl"`);
}
