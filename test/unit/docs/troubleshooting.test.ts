import { describe, expect, test } from "vitest";
import { textOf } from "./pages.ts";
import { fixedParts, hasInOrder, saidBy, saidByProgram, saidByStart } from "./sources.ts";

interface Row {
  /** The sentences that the row explains. */
  quotes: string[];
  /** The rest of the first cell. */
  note: string;
  todo: string;
}

const rows: Row[] = textOf("docs/troubleshooting.md")
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| it says |"))
  .map((line) => line.slice(2, -2).split(/(?<!\\)\|/))
  .map(([says = "", , todo = ""]) => ({
    quotes: [...says.matchAll(/`([^`]+)`/g)].map(([, quote = ""]) => quote),
    note: says.replaceAll(/`[^`]+`/g, "").trim(),
    todo: todo.trim(),
  }));

/** Sentences of the program itself. Pulumi's own sentences are those that a test of the engine sees. */
const own = rows.filter(({ note }) => note !== "(Pulumi)").flatMap(({ quotes }) => quotes);
const ofPulumi = rows.filter(({ note }) => note === "(Pulumi)").flatMap(({ quotes }) => quotes);

test.each(own)("the program, its verbs, doctor or the machine says: %s", (quote) => {
  expect(fixedParts(quote).join("").length, "too little of it is fixed").toBeGreaterThan(6);
  expect(saidBy(quote)).toBeDefined();
});

test.each(ofPulumi)("Pulumi says, to a test of the engine: %s", (quote) => {
  expect(textOf("test/engine/machines.test.ts")).toContain(quote);
});

test("a sentence that nobody says is found", () => {
  expect(saidBy("The volume … of … is lost")).toBeUndefined();
  expect(saidBy("Restore it from a snapshot … is gone. Restore it")).toBeUndefined();
});

test("each row says what to do", () => {
  expect(rows.filter(({ todo }) => todo === "")).toEqual([]);
});

/** The protocol of verbs, and the settings, whose mistakes each come with a command. The page has one row for all of them. */
const apart = /^components\/(json|lifecycle|printed|verb\w*)\.ts$|^components\/settings\/|^program\/settings/;

/** Errors that only people who work on the program see. */
const notForOperators = /answered something else than expected|is not a machine preset/;

/** Log lines that report no problem. */
const news = /^making the database cluster$|^kernel …: files shared/;

describe("on the page is every error and every finding of", () => {
  const said = saidByProgram().filter(
    ({ file, text }) =>
      !apart.test(file) && !notForOperators.test(text) && fixedParts(text).join("").length > 8,
  );

  test.each(Object.entries(Object.groupBy(said, ({ file }) => file)))("%s", (_, texts = []) => {
    const missing = texts.filter(({ text }) => !own.some((quote) => hasInOrder(text, fixedParts(quote))));
    expect(missing.map(({ text }) => text)).toEqual([]);
  });

  test("the machine's start, in its log and of its device", () => {
    const log = saidByStart().filter(({ text }) => fixedParts(text).join("").length > 16 && !news.test(text));
    const missing = log.filter(({ text }) => !own.some((quote) => hasInOrder(text, fixedParts(quote))));
    expect(missing.map(({ text }) => text)).toEqual([]);
    expect(log.length).toBeGreaterThan(20);
  });

  test("the program, of which some must be found", () => {
    expect(said.length).toBeGreaterThan(40);
  });
});
