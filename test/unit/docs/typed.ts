/** Whether flyctl takes what a page has somebody type. */
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

/** Every flag and the number of arguments, or at least the command's name where the stand-in has no more. */
export function expectTyped(words: string[]): void {
  const { path, argv }: FoundCommand = findCommand(flyctl, words);
  const command = path.at(-1);
  const refused = argv.find((word) => !word.startsWith("-")) ?? "";
  const known = command?.notEmulated ?? {};
  if ([...Object.keys(known), ...Object.values(known)].includes(refused)) return;
  expect(command?.run, `flyctl ${words.join(" ")}`).toBeDefined();
  const flags = new FlagSet([...(command?.flags ?? []), ...(flyctl.flags ?? [])], argv);
  checkArguments(path, flags.args);
}
