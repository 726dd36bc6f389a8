import { describe, expect, test } from "vitest";
import { equal, fromJson, reveal, Secret, toJson, UNKNOWN } from "../../../../local/providers/properties.ts";
import { diffPaths, formatPath, rootOf } from "../../../../local/providers/propertyDiff.ts";
import { withIgnoredChanges } from "../../../../local/providers/provider.ts";

const signature = "4dabf18193072939515e22adb298388d";
const secretJson = (value: string) => ({ [signature]: "1b47061264138c4ac30d75fd1eb44270", value });
const unknownJson = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

describe("property values", () => {
  test("keep their secrets and unknowns on the way through", () => {
    const json = { plain: [1, "a", true, null], secret: secretJson("s"), nested: { unknown: unknownJson } };
    const value = fromJson(json);
    expect(value).toMatchObject({ secret: new Secret("s"), nested: { unknown: UNKNOWN } });
    expect(toJson(value)).toEqual(json);
  });

  test.each([
    ["a value that is not there", {}, UNKNOWN],
    ["a known value", { value: "v" }, "v"],
    ["a secret value", { value: "v", secret: true }, new Secret("v")],
  ])("an output with %s is read as what it stands for", (_what, fields, expected) => {
    expect(fromJson({ [signature]: "d0e6a833031e9bbcd3f4e8bde6ca49a4", ...fields })).toEqual(expected);
  });

  test("revealed have no secret left, however deep", () => {
    expect(reveal({ a: new Secret([{ b: new Secret("x") }]) })).toEqual({ a: [{ b: "x" }] });
  });

  test("are equal only when the same parts are secret", () => {
    expect(equal({ a: new Secret("x") }, { a: new Secret("x") })).toBe(true);
    expect(equal({ a: new Secret("x") }, { a: "x" })).toBe(false);
    expect(equal([1, { a: null }], [1, { a: null }])).toBe(true);
    expect(equal({ a: 1 }, { a: 1, b: 2 })).toBe(false);
  });
});

describe("paths", () => {
  test.each([
    [["environment", "A"], "environment.A"],
    [["tags", 0, "b"], "tags[0].b"],
    [["environment", "a.b"], 'environment["a.b"]'],
    [["environment", 'q"r'], 'environment["q\\"r"]'],
  ])("%j reads %s", (steps, path) => {
    expect(formatPath(steps)).toBe(path);
    expect(rootOf(path)).toBe(steps[0]);
  });
});

describe("changes that are to be ignored", () => {
  const call = { olds: { size: 1 }, news: { size: 2, note: "n", more: true } };

  test("leave the old value, or none where there was none", () => {
    const ignoreChanges = ["size", "note"];
    expect(withIgnoredChanges("thing", { ...call, ignoreChanges })).toEqual({ size: 1, more: true });
  });

  test("inside a property are refused", () => {
    const ignoreChanges = ["size.x"];
    expect(() => withIgnoredChanges("thing", { ...call, ignoreChanges })).toThrow("does not serve");
  });
});

describe("a diff of properties", () => {
  test("names the innermost changes", () => {
    const olds = { same: 1, env: { A: "1", B: "2" }, list: [1, 2, 3], gone: true };
    const news = { same: 1, env: { A: "9", C: "3" }, list: [1, 5], added: {} };
    expect(Object.fromEntries(diffPaths(olds, news))).toEqual({
      "env.A": "UPDATE",
      "env.B": "DELETE",
      "env.C": "ADD",
      "list[1]": "UPDATE",
      "list[2]": "DELETE",
      gone: "DELETE",
      added: "ADD",
    });
  });

  test("does not look into secrets, and takes null for absent", () => {
    const olds = { secret: new Secret({ a: 1 }), nothing: null };
    expect([...diffPaths(olds, { secret: new Secret({ a: 2 }) })]).toEqual([["secret", "UPDATE"]]);
  });
});
