/** Whether flyctl accepts what a page tells people to type. */
import { expect } from "vitest";
import { splitCommandLine } from "../../../local/fly/machines/commandLine.ts";
import { checkArguments } from "../../../local/flyctl/cli/command.ts";
import { type FoundCommand, findCommand } from "../../../local/flyctl/cli/findCommand.ts";
import { FlagSet } from "../../../local/flyctl/cli/flagSet.ts";
import { root as flyctl } from "../../../local/flyctl/commandTree.ts";

/** The calls of a program in a line of a shell, each as its words. */
export function callsOf(program: string, line: string): string[][] {
  const flat = line.replaceAll(new RegExp(`"\\$\\((${program} [^)]*)\\)"`, "g"), " ; $1 ; ");
  const words = splitCommandLine(flat).flatMap((word) =>
    word.endsWith(";") && word !== ";" ? [word.slice(0, -1), ";"] : [word],
  );
  const calls: string[][] = [];
  for (const [index, word] of words.entries()) {
    if (word !== program) continue;
    const rest = words.slice(index + 1);
    const end = rest.findIndex((one) => [";", "&&", "||", "|", ">&2"].includes(one));
    calls.push(end < 0 ? rest : rest.slice(0, end));
  }
  return calls;
}

/** Checks every flag and the number of arguments, or at least the command's name if the stand-in has no more of it. */
export function expectTyped(words: string[]): void {
  const { path, argv }: FoundCommand = findCommand(flyctl, words);
  const command = path.at(-1);
  if (command?.notEmulated?.includes(argv[0] ?? "")) return;
  expect(command?.run, `flyctl ${words.join(" ")}`).toBeDefined();
  const flags = new FlagSet(command?.flags ?? [], argv);
  checkArguments(path, flags.args);
}
