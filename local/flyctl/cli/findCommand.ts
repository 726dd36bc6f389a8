import type { Command, CommandPath } from "./command.ts";
import { bareValue, type Flag } from "./flagSet.ts";

export interface FoundCommand {
  path: CommandPath;
  /** The arguments without the words that named the command. */
  argv: string[];
  /** Words among them that are neither a flag nor a flag's value. */
  operands: string[];
}

/** Walks down the command tree as cobra does: flags may stand before and between the words that name a command. */
export function findCommand(root: Command, argv: string[]): FoundCommand {
  const path: CommandPath = [root];
  let rest = argv;
  for (;;) {
    const command = path.at(-1) as Command;
    const operands = operandPositions(rest, flagsAlong(path));
    const first = operands[0];
    const next =
      first === undefined ? undefined : command.commands?.find((child) => isNamed(child, rest[first] ?? ""));
    if (!next) return { path, argv: rest, operands: operands.map((position) => rest[position] ?? "") };
    path.push(next);
    rest = rest.filter((_, position) => position !== first);
  }
}

export const isNamed = (command: Command, word: string): boolean =>
  command.name === word || (command.aliases?.includes(word) ?? false);

const flagsAlong = (path: CommandPath): Flag[] => [...(path[0]?.flags ?? []), ...(path.at(-1)?.flags ?? [])];

function operandPositions(argv: string[], flags: Flag[]): number[] {
  const positions: number[] = [];
  for (let position = 0; position < argv.length; position++) {
    const word = argv[position] ?? "";
    if (word === "--") break;
    if (takesNextWord(word, flags)) position++;
    else if (word !== "" && !word.startsWith("-")) positions.push(position);
  }
  return positions;
}

/** A flag that is not known yet may belong to the subcommand; it is taken to have a value. */
function takesNextWord(word: string, flags: Flag[]): boolean {
  if (word.includes("=")) return false;
  const isLong = word.startsWith("--");
  if (!isLong && !/^-.$/s.test(word)) return false;
  const name = word.slice(isLong ? 2 : 1);
  const flag = flags.find((candidate) => (isLong ? candidate.name : candidate.short) === name);
  return !(flag && bareValue(flag) !== undefined);
}

/** Names of commands that a mistyped word may have meant. */
export function suggestions(root: Command, word: string): string[] {
  const names = [
    ...(root.commands ?? []).map((command) => command.name),
    ...Object.keys(root.notEmulated ?? {}),
  ];
  return names
    .filter(
      (name) => distance(word.toLowerCase(), name.toLowerCase()) <= 2 || name.startsWith(word.toLowerCase()),
    )
    .sort();
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substitution);
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
