import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { monthlyPrice, volumeMonthlyPrice } from "../../../components/fly/prices.ts";
import { checkArguments } from "../../../local/flyctl/cli/command.ts";
import { globalFlags } from "../../../local/flyctl/cli/commonFlags.ts";
import { type FoundCommand, findCommand } from "../../../local/flyctl/cli/findCommand.ts";
import { FlagSet } from "../../../local/flyctl/cli/flagSet.ts";
import { root as flyctl } from "../../../local/flyctl/commandTree.ts";
import { splitCommand } from "../../../local/flyctl/go/shlex.ts";
import { allProbes } from "../../live/probes/all.ts";

const folder = join(import.meta.dirname, "../../..");
const textOf = (file: string) => readFileSync(join(folder, file), "utf8");
const readme = textOf("README.md").replaceAll(/\s+/g, " ");

describe("README says what costs money or becomes public before somebody finds out:", () => {
  test.each([
    [
      "Tailscale's free plan is for six people",
      /Tailscale's plan Personal costs nothing for up to six people/,
    ],
    [
      "Pulumi's free tier is for one person, and a team has its own backend",
      /Pulumi's tier Free is for one person; a team uses its own backend/,
    ],
    ["traffic from North America and Europe", /from North America and Europe \| 0\.02 \|/],
    [
      "traffic from Asia Pacific, Oceania and South America",
      /from Asia Pacific, Oceania and South America \| 0\.04 \|/,
    ],
    ["traffic from Africa and India", /from Africa and India \| 0\.12 \|/],
    [
      "prices have a region and a date",
      /list prices in US dollars a month, for region `ams`, from its page of 20\d\d-\d\d-\d\d/,
    ],
    [
      "the app's name is in the certificates' logs",
      /(the app's name becomes public|The name of an HTTPS certificate is public)/,
    ],
    ["an OAuth client wants the whole set of its tags", /makes keys for its whole set of tags only/],
    [
      "a tag that was only just made shows after a reload",
      /does not offer a tag that was only just made, reload the page/,
    ],
  ])("%s", (_, line) => {
    expect(readme).toMatch(line);
  });

  test("the prices of its table are those that doctor reckons with", () => {
    for (const size of ["shared-cpu-1x", "shared-cpu-2x", "shared-cpu-4x"])
      expect(readme).toContain(`| ${size} with 1 GB | ${monthlyPrice(size, 1024, "ams").toFixed(2)} |`);
    const total = monthlyPrice("shared-cpu-1x", 1024, "ams") + volumeMonthlyPrice(3);
    expect(readme).toContain(`**${total.toFixed(2)}**`);
  });
});

const pages = ["", "/machine", "/flyio", "/tailscale", "/others"].map((page) => `docs/assumptions${page}.md`);

/** The cells of all rows of a page's tables, without the tables' heads. */
const rowsOf = (page: string): string[][] =>
  textOf(page)
    .split("\n")
    .filter((line) => line.startsWith("| ") && !/^\| (assumed|we assume) \|/.test(line))
    .map((line) => line.slice(2, -2).split(" | "));

/** What is typed as a command, as somebody reads it. */
const commandsOf = (page: string): string[] =>
  [...textOf(page).matchAll(/`([^`]+)`/g)].map(([, text = ""]) => text.replaceAll("\\|", "|"));

describe("each assumption", () => {
  test.each(pages)(
    "in %s has no empty cell: of whom, how it shows, what to do then and, where there is a column for it, how to try it",
    (page) => {
      const heads = textOf(page)
        .split("\n")
        .filter((line) => /^\| (assumed|we assume) \|/.test(line));
      const columns = new Set(heads.map((line) => line.split("|").length - 2));
      const rows = rowsOf(page);
      expect(rows.length).toBeGreaterThan(5);
      for (const row of rows) {
        expect([...columns], row[0]).toContain(row.length);
        expect(
          row.map((cell) => cell.trim()).filter((cell) => cell === ""),
          row[0],
        ).toEqual([]);
      }
    },
  );

  test.each(allProbes.map(({ name, command }) => [name, command]))(
    "that a run on a real account asks about is on a page, with the same command: %s",
    (_, command) => {
      expect(pages.filter((page) => commandsOf(page).includes(command))).toHaveLength(1);
    },
  );
});

/** The calls of flyctl in a line of a shell, each as its words. */
function callsOf(line: string): string[][] {
  const flat = line.replaceAll(/"\$\((flyctl [^)]*)\)"/g, " ; $1 ; ");
  const words = splitCommand(flat).flatMap((word) =>
    word.endsWith(";") && word !== ";" ? [word.slice(0, -1), ";"] : [word],
  );
  const calls: string[][] = [];
  for (const [index, word] of words.entries()) {
    if (word !== "flyctl") continue;
    const rest = words.slice(index + 1);
    const end = rest.findIndex((one) => [";", "&&", "|", ">&2"].includes(one));
    calls.push(end < 0 ? rest : rest.slice(0, end));
  }
  return calls;
}

/** Whether flyctl takes the words: every flag and the number of arguments, or at least the command's name where the stand-in has no more. */
function expectTyped(words: string[]): void {
  const { path, argv, operands }: FoundCommand = findCommand(flyctl, words);
  const command = path.at(-1);
  const [refused = ""] = operands;
  if (command?.notEmulated && refused in command.notEmulated) return;
  expect(command?.run, `flyctl ${words.join(" ")}`).toBeDefined();
  const flags = new FlagSet([...(command?.flags ?? []), ...globalFlags], argv);
  checkArguments(path, flags.args);
}

test.each(pages)("every call of flyctl in %s is one that flyctl takes", (page) => {
  const lines = commandsOf(page).filter((text) => /\bflyctl [a-z]+ /.test(text));
  for (const words of lines.flatMap(callsOf)) expect(() => expectTyped(words), words.join(" ")).not.toThrow();
});

test("a call that flyctl does not take is found", () => {
  expect(() => expectTyped(["machine", "exec", "ID", "x", "--ap", "APP"])).toThrow(/unknown flag: --ap/);
  expect(() => expectTyped(["machine", "exce", "ID"])).toThrow();
});
