import { describe, expect, test } from "vitest";
import { equal, fromJson, reveal, Secret, toJson, UNKNOWN } from "../../../../local/providers/properties.ts";
import { diffPaths } from "../../../../local/providers/propertyDiff.ts";
import { copyAt, formatPath, parsePath, rootOf } from "../../../../local/providers/propertyPath.ts";

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
    [["triggers", 0, "b"], "triggers[0].b"],
    [["environment", "a.b"], 'environment["a.b"]'],
    [["environment", 'q"r'], 'environment["q\\"r"]'],
  ])("%j reads %s and back", (steps, path) => {
    expect(formatPath(steps)).toBe(path);
    expect(parsePath(path)).toEqual(steps);
    expect(rootOf(path)).toBe(steps[0]);
  });

  test("a value is copied or removed at a path, and nothing else is touched", () => {
    const target = { a: { b: 1, c: 2 }, d: [1, 2] };
    expect(copyAt(["a", "b"], { a: { b: 9 } }, target)).toEqual({ a: { b: 9, c: 2 }, d: [1, 2] });
    expect(copyAt(["a", "b"], {}, target)).toEqual({ a: { c: 2 }, d: [1, 2] });
    expect(copyAt(["d", 1], { d: [7, 8] }, target)).toEqual({ a: { b: 1, c: 2 }, d: [1, 8] });
    expect(target).toEqual({ a: { b: 1, c: 2 }, d: [1, 2] });
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
