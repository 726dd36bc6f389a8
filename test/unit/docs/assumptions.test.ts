import { describe, expect, test } from "vitest";
import { allProbes } from "../../live/probes/all.ts";
import { codeSpans, textOf } from "./pages.ts";

const pages = ["", "/machine", "/flyio", "/tailscale", "/others"].map((page) => `docs/assumptions${page}.md`);

/** The cells of all rows of a page's tables, without the head rows. */
const rowsOf = (page: string): string[][] =>
  textOf(page)
    .split("\n")
    .filter((line) => line.startsWith("| ") && !/^\| (assumed|we assume) \|/.test(line))
    .map((line) => line.slice(2, -2).split(" | "));

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
      expect(pages.filter((page) => codeSpans(page).includes(command))).toHaveLength(1);
    },
  );
});
