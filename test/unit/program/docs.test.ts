import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { defaultText } from "../../../components/settings/fixes.ts";
import { settings } from "../../../components/settings/table.ts";
import { staleParts, staleText } from "../../../program/docs.ts";
import { generatedParts } from "../../../program/generated.ts";
import { withPart } from "../../../program/generatedPart.ts";
import { pulumiConfig, readmeTable } from "../../../program/settingsDocs.ts";

test("every generated part of the repository is what its table says now", async () => {
  expect(await staleParts()).toEqual([]);
});

describe("a row that is taken out of the table, or changed,", () => {
  const [pulumiPart, readmePart] = generatedParts;
  const stale = (rows: typeof settings) =>
    staleParts([
      { ...part(pulumiPart), text: () => pulumiConfig(rows) },
      { ...part(readmePart), text: () => readmeTable(rows) },
    ]);

  test.each(settings.map(({ key }) => key))("makes Pulumi.yaml and README stale: %s", async (key) => {
    expect(await stale(settings)).toEqual([]);
    expect(await stale(settings.filter((setting) => setting.key !== key))).toEqual([
      "Pulumi.yaml",
      "README.md",
    ]);
    const reworded = settings.map((row) => (row.key === key ? { ...row, says: "Something else" } : row));
    expect(await stale(reworded)).toEqual(["Pulumi.yaml", "README.md"]);
  });

  test("is reported with the command that renews the files", () => {
    expect(staleText(["README.md"])).toMatch(/^README\.md: .* npm run docs$/);
    expect(staleText([])).toBeUndefined();
  });
});

function part<T>(found: T | undefined): T {
  if (found === undefined) throw new Error("no such part");
  return found;
}

describe("a generated part", () => {
  const of = { file: "A.md", begin: "<!-- begin -->", end: "<!-- end -->", text: () => "new" };

  test("takes the place of the one before and leaves everything around it", () => {
    const content = "above\n<!-- begin -->\nold\n<!-- end -->\nbelow\n";
    expect(withPart(content, of)).toBe("above\n<!-- begin -->\nnew\n<!-- end -->\nbelow\n");
    expect(withPart(withPart(content, of), of)).toBe(withPart(content, of));
  });

  test("is never written into a file that has lost its markers", () => {
    expect(() => withPart("above\n<!-- end -->\n<!-- begin -->", of)).toThrow(/A\.md has no .* before a/);
  });
});

describe("Pulumi.yaml", () => {
  const config = async () =>
    (parse(await readFile("Pulumi.yaml", "utf8")) as { config: Record<string, Record<string, unknown>> })
      .config;

  test("has every setting, with a default that Pulumi hands over as the text of the component's own", async () => {
    const texts = Object.entries(await config()).map(([key, { default: value }]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]);
    expect(Object.fromEntries(texts)).toEqual(
      Object.fromEntries(settings.map((setting) => [setting.key, defaultText(setting)])),
    );
  });

  test("has a type only where every value is text, so that Pulumi leaves the checks to the program", async () => {
    for (const [key, { type, default: value }] of Object.entries(await config()))
      expect(type, key).toBe(typeof value === "string" ? "string" : undefined);
  });
});
