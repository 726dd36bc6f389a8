import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JsonObject } from "./messages.ts";
import { type Passwords, startPasswords, stateWith } from "./passwords.ts";
import { propertiesOf, type ResourceCalls, secret, unknown } from "./requests.ts";

let started: Passwords;
let passwords: ResourceCalls;

beforeAll(async () => {
  started = await startPasswords();
  passwords = started.named("password");
});

afterAll(() => started?.stop());

const reasonsOf = async (inputs: JsonObject) => {
  const failures = ((await passwords.check(inputs)).response?.failures ?? []) as { reason: string }[];
  return failures.map(({ reason }) => reason).sort();
};

describe("Check", () => {
  const tooSmall = "Invalid Attribute Value. Attribute length value must be at least 1, got: 0";
  const tooShort = (length: number) =>
    "Invalid Attribute Value. Attribute length value must be at least sum of min_upper + min_lower + min_numeric + min_special, " +
    `got: ${length}`;
  const empty = (name: string) =>
    `Invalid Attribute Combination. At least one attribute out of [special,upper,lower,${name}] must be specified as true`;
  const noLetters = { length: 8, special: false, upper: false, lower: false };

  test.each<[JsonObject, [string, string][]]>([
    [{ length: 0 }, [["length", tooSmall]]],
    [
      { length: 0, minUpper: 1 },
      [
        ["length", tooSmall],
        ["length", tooShort(0)],
      ],
    ],
    [{ length: 5, minUpper: 2, minLower: 2, minNumeric: "1", minSpecial: 1 }, [["length", tooShort(5)]]],
    [{ ...noLetters, numeric: false }, [["numeric", empty("numeric")]]],
    [{ ...noLetters, number: false }, [["number", empty("number")]]],
    [
      { ...noLetters, number: false, numeric: false },
      [
        ["number", empty("number")],
        ["numeric", empty("numeric")],
      ],
    ],
    [{ ...noLetters, numeric: unknown }, [["numeric", empty("numeric")]]],
  ])("refuses %j", async (inputs, failures) => {
    const reasons = failures.map(
      ([property, reason]) => `${reason}. Examine values at 'password.${property}'.`,
    );
    expect(await reasonsOf(inputs)).toEqual(reasons.sort());
  });

  test.each(["result", "bcryptHash", "id"])("refuses `%s`, which the plugin alone sets", async (name) => {
    const [reason] = await reasonsOf({ length: 8, [name]: "x" });
    expect(reason).toMatch(
      new RegExp(`^Invalid Configuration for Read-Only.*at 'password.${name}'\\.$`, "s"),
    );
  });

  test("says what a length is that is missing", async () => {
    expect(await reasonsOf({})).toEqual([
      "Missing required property 'length': The length of the string desired. The minimum value for length is 1 and, length must also " +
        "be >= (`min_upper` + `min_lower` + `min_numeric` + `min_special`).",
    ]);
  });

  test.each([
    [{ length: unknown, minUpper: 9 }],
    [{ length: 3, minUpper: 9, minLower: unknown }],
    [{ length: "12", overrideSpecial: 5, keepers: { a: 1, b: null } }],
    [{ ...noLetters, upper: unknown, numeric: false }],
    // Letters are made in the end, since upper case is on by default.
    [{ length: 8, special: false, lower: false, numeric: false }],
    [noLetters],
    [{ length: 3, minUpper: -1 }],
  ])("has nothing against %j, and leaves it as it is", async (inputs) => {
    const { response } = await passwords.check(inputs);
    expect(response).toEqual({ inputs });
  });

  test.each([
    [{ length: "x" }, 'property "length": Expected a Number'],
    [{ length: 8, special: "true" }, 'property "special": Expected a Boolean'],
    [{ length: 8, overrideSpecial: ["a"] }, 'property "override_special": Expected a string, got: {[{a}]}'],
  ])("cannot read %j", async (inputs, error) => {
    expect((await passwords.check(inputs)).errors?.[0]).toContain(error);
  });

  test("warns about the deprecated name of digits, where it is set", async () => {
    const warned = started.named("warned");
    const warnings = () => started.engine.log.filter(({ urn }) => urn.endsWith("::warned"));
    await warned.check({ length: 8, numeric: true });
    await warned.check({ length: 8, number: unknown });
    await warned.check({ length: 8, number: true });
    const message =
      '[WARNING] property "number" is deprecated: **NOTE**: This is deprecated, use `numeric` instead.';
    await expect.poll(warnings).toMatchObject([{ message }]);
  });
});

describe("a password is made anew when this has changed:", () => {
  test.each<[string, JsonObject, JsonObject, string[]]>([
    ["the length", {}, { length: 9 }, ["length"]],
    ["a length that is not known yet", {}, { length: unknown }, ["length"]],
    ["a kind of characters", {}, { special: false }, ["special"]],
    ["a kind that is the default again", { upper: false }, {}, ["upper"]],
    ["digits, by their deprecated name", {}, { number: false }, ["number", "numeric"]],
    ["digits, not known yet", {}, { numeric: unknown }, ["number", "numeric"]],
    ["a minimum", {}, { minUpper: 1 }, ["minUpper"]],
    ["other special characters", {}, { overrideSpecial: "_" }, ["overrideSpecial"]],
    ["the default's special characters", { overrideSpecial: "_" }, {}, ["overrideSpecial"]],
    ["a keeper", { keepers: { a: "1" } }, { keepers: { a: "2" } }, ["keepers"]],
    ["a keeper more", {}, { keepers: { a: unknown } }, ["keepers"]],
    ["a keeper less", { keepers: { a: "1", b: "2" } }, { keepers: { a: "1" } }, ["keepers"]],
    ["a keeper without a value any more", { keepers: { a: "1" } }, { keepers: { a: null } }, ["keepers"]],
    ["several at once", {}, { length: 9, lower: false }, ["length", "lower"]],
  ])("%s", async (_what, olds, news, changed) => {
    const { response } = await passwords.diff(stateWith(olds), {}, { length: 8, ...news });
    expect(response).toEqual({ changes: "DIFF_SOME", diffs: changed, replaces: changed });
  });
});

describe("a password stays, and its state changes, with", () => {
  test.each<[string, JsonObject, JsonObject, string]>([
    ["an empty text that overrides nothing taken away", { overrideSpecial: "" }, {}, "overrideSpecial"],
    ["keepers that are empty", {}, { keepers: {} }, "keepers"],
    ["keepers without a value", { keepers: { a: "1" } }, { keepers: { a: "1", b: null } }, "keepers"],
    ["no keepers where they were empty", { keepers: {} }, {}, "keepers"],
  ])("%s", async (_what, olds, news, changed) => {
    const { response } = await passwords.diff(stateWith(olds), {}, { length: 8, ...news });
    expect(response).toEqual({ changes: "DIFF_SOME", diffs: [changed] });
    const updated = await passwords.update(stateWith(olds), {}, { length: 8, ...news });
    const stored = stateWith(news);
    const hidden = { result: secret(stored.result), bcryptHash: secret(stored.bcryptHash) };
    expect(propertiesOf(updated)).toEqual({ ...stored, ...hidden });
  });

  test("special characters that are not known yet", async () => {
    const { response } = await passwords.diff(stateWith({}), {}, { length: 8, overrideSpecial: unknown });
    expect(response).toEqual({ changes: "DIFF_SOME", diffs: ["overrideSpecial"] });
  });
});

test.each([
  ["the defaults, spelled out", { special: true, numeric: true, number: true, minUpper: 0 }],
  ["nulls", { special: null, keepers: null }],
  ["a length that is a text", { length: "8" }],
])("nothing changes with %s", async (_what, news) => {
  const { response } = await passwords.diff(stateWith({}), {}, { length: 8, ...news });
  expect(response).toEqual({ changes: "DIFF_NONE" });
});
