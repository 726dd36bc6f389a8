import type { Invocation } from "../invocation.ts";
import { type Flag, UsageError } from "./flagSet.ts";

/** How many arguments a command takes; more or fewer is an error of usage. */
type ArgumentCount = "none" | ((count: number) => void);

export interface Command {
  name: string;
  flags?: Flag[];
  arguments?: ArgumentCount;
  /** A command works on an app: from `-a`, FLY_APP or fly.toml, in this order. */
  app?: "required" | "optional";
  /** Works without an access token. */
  withoutToken?: boolean;
  run?: (invocation: Invocation) => Promise<void>;
  commands?: Command[];
  /** Subcommands of the real flyctl that somebody is told to type and that the stand-in only knows in order to refuse them. */
  notEmulated?: string[];
}

export const exactly = (wanted: number): ArgumentCount =>
  refuse(
    (count) => count !== wanted,
    (count) => `accepts ${wanted} arg(s), received ${count}`,
  );

export const between = (least: number, most: number): ArgumentCount =>
  refuse(
    (count) => count < least || count > most,
    (count) => `accepts between ${least} and ${most} arg(s), received ${count}`,
  );

export const atMost = (most: number): ArgumentCount =>
  refuse(
    (count) => count > most,
    (count) => `accepts at most ${most} arg(s), received ${count}`,
  );

export const atLeast = (least: number): ArgumentCount =>
  refuse(
    (count) => count < least,
    (count) => `requires at least ${least} arg(s), only received ${count}`,
  );

function refuse(isWrong: (count: number) => boolean, message: (count: number) => string): ArgumentCount {
  return (count) => {
    if (isWrong(count)) throw new UsageError(message(count));
  };
}

/** @throws UsageError if there are too many arguments for the command, or too few */
export function checkArguments(path: CommandPath, args: string[]): void {
  const wanted = path.at(-1)?.arguments;
  if (typeof wanted === "function") wanted(args.length);
  // Where no argument is taken, one looks like a subcommand that is not there.
  if (wanted === "none" && args.length > 0) {
    throw new UsageError(`unknown command ${JSON.stringify(args[0])} for "${commandLine(path)}"`);
  }
}

/** A command and its ancestors, root first. */
export type CommandPath = Command[];

export const commandLine = (path: CommandPath): string => path.map((command) => command.name).join(" ");
