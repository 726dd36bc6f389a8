import type { Command, CommandPath } from "./command.ts";

export interface FoundCommand {
  path: CommandPath;
  /** The arguments that follow the words of the command. */
  argv: string[];
}

/** Walks down the command tree word by word. Only the real flyctl also finds a command after flags. */
export function findCommand(root: Command, argv: string[]): FoundCommand {
  const path: CommandPath = [root];
  for (const [position, word] of argv.entries()) {
    const next = path.at(-1)?.commands?.find(({ name }) => name === word);
    if (!next) return { path, argv: argv.slice(position) };
    path.push(next);
  }
  return { path, argv: [] };
}
