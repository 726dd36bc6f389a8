import type { Invocation } from "../invocation.ts";
import { type Flag, UsageError } from "./flagSet.ts";

/** How many arguments a command takes. Any other number is a usage error. */
type ArgumentCount = "none" | ((count: number) => void);

export interface Command {
  name: string;
  flags?: Flag[];
  arguments?: ArgumentCount;
  /** The command works on an app, which comes from `-a`, FLY_APP or fly.toml, in this order. */
  app?: "required" | "optional";
  /** The command works without an access token. */
  withoutToken?: boolean;
  run?: (invocation: Invocation) => Promise<void>;
  commands?: Command[];
  /** Subcommands of the real flyctl that our texts tell somebody to type. The stand-in knows them only to refuse them by name. */
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

/** @throws UsageError if the command has too many or too few arguments */
export function checkArguments(path: CommandPath, args: string[]): void {
  const wanted = path.at(-1)?.arguments;
  if (typeof wanted === "function") wanted(args.length);
  // If the command takes no argument, the first one looks like an unknown subcommand.
  if (wanted === "none" && args.length > 0) {
    throw new UsageError(`unknown command ${JSON.stringify(args[0])} for "${commandLine(path)}"`);
  }
}

/** A command and its ancestors, root first. */
export type CommandPath = Command[];

export const commandLine = (path: CommandPath): string => path.map((command) => command.name).join(" ");
