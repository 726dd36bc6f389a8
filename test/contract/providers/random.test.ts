import { compare } from "bcryptjs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Engine, startEngine } from "./engine.ts";
import type { JsonObject } from "./messages.ts";
import { Plugin } from "./plugin.ts";
import { configure, propertiesOf, ResourceCalls, secret, unknown } from "./requests.ts";

let engine: Engine;
let plugin: Plugin;
let passwords: ResourceCalls;

beforeAll(async () => {
  engine = await startEngine();
  plugin = await Plugin.start("random", { engineAddress: engine.address, cwd: process.cwd() });
  await configure(plugin);
  passwords = new ResourceCalls(plugin, "random:index/randomPassword:RandomPassword", "password");
});

afterAll(async () => {
  await plugin?.stop();
  engine?.stop();
});

const defaults = {
  upper: true,
  lower: true,
  numeric: true,
  number: true,
  special: true,
  minUpper: 0,
  minLower: 0,
  minNumeric: 0,
  minSpecial: 0,
};

const noValue = secret({ replace: { raw: null } });

/** The password as the state stores it. */
const state = {
  ...defaults,
  __meta: '{"schema_version":"3"}',
  __pulumi_raw_state_delta: { obj: { ps: { keepers: noValue, overrideSpecial: noValue } } },
  id: "none",
  result: "abcDEF12",
  bcryptHash: "$2a$10$Ph2MGWf7SRzMjGSb7gQ/J.3m4xBzSzPYEjmGuzyWlBrnZOkIAeHk2",
  length: 8,
};

const revealed = (property: unknown) => (property as { value: string }).value;

describe("a password", () => {
  test.each([
    [{ length: 200, special: false }, /^(?=.*[A-Z])(?=.*[a-z])(?=.*[0-9])[A-Za-z0-9]{200}$/],
    [{ length: 200 }, /^(?=.*[^A-Za-z0-9])[\w!@#$%&*()\-=+[\]{}<>:?]{200}$/],
  ])("of %j has the characters asked for", async (inputs, pattern) => {
    expect(revealed(propertiesOf(await passwords.create(inputs)).result)).toMatch(pattern);
  });

  test("is another each time, secret like its hash, and under an id that does not give it away", async () => {
    const { response } = await passwords.create({ length: 32, special: false });
    const made = response?.properties as JsonObject;
    expect(response?.id).toBe("none");
    expect(made).toEqual({
      ...state,
      length: 32,
      special: false,
      result: secret(revealed(made.result)),
      bcryptHash: secret(revealed(made.bcryptHash)),
    });
    const other = propertiesOf(await passwords.create({ length: 32, special: false }));
    expect(other.result).not.toEqual(made.result);
  });

  test.each([16, 72, 73])("of %i characters has a bcrypt hash of its first 72 bytes", async (length) => {
    const made = propertiesOf(await passwords.create({ length }));
    const [result, hash] = [revealed(made.result), revealed(made.bcryptHash)];
    expect(hash).toMatch(/^\$2a\$10\$/);
    expect(await compare(result.slice(0, 72), hash)).toBe(true);
    expect(await compare(result.slice(0, 15), hash)).toBe(false);
  });
});

test("a preview knows the inputs with their defaults, and nothing of the password", async () => {
  const previewed = propertiesOf(await passwords.create({ length: 8 }, { preview: true }));
  const open = { id: unknown, result: unknown, bcryptHash: unknown };
  expect(previewed).toEqual({ ...defaults, ...open, length: 8 });
});

test("a refresh finds the password as it is in the state", async () => {
  const { response } = await passwords.read("none", state, { length: 9 });
  const hidden = { result: secret(state.result), bcryptHash: secret(state.bcryptHash) };
  expect(response).toEqual({ id: "none", inputs: { length: 8 }, properties: { ...state, ...hidden } });
});

describe("Check", () => {
  test.each<[JsonObject, string]>([
    [{ length: 0 }, "length value must be at least 1, got: 0. Examine values at 'password.length'."],
    [{ length: 1.5 }, "is not an integer"],
    [{}, "Missing required property 'length': The length of the string desired. The minimum value for"],
    [{ length: 8, result: "x" }, "Invalid Configuration for Read-Only Attribute."],
    [{ length: 8, id: "x" }, "Invalid Configuration for Read-Only Attribute."],
  ])("refuses %j", async (inputs, reason) => {
    const failures = (await passwords.check(inputs)).response?.failures as { reason: string }[];
    expect(failures).toHaveLength(1);
    expect(failures[0]?.reason).toContain(reason);
  });

  test.each([[{ length: unknown }], [{ length: "12", special: false }], [{ length: 8, special: unknown }]])(
    "has nothing against %j, and leaves it as it is",
    async (inputs) => {
      expect((await passwords.check(inputs)).response).toEqual({ inputs });
    },
  );

  test.each([
    [{ length: "x" }, 'property "length": Expected a Number'],
    [{ length: 8, special: "true" }, 'property "special": Expected a Boolean'],
  ])("cannot read %j", async (inputs, error) => {
    expect((await passwords.check(inputs)).errors?.[0]).toContain(error);
  });
});

test.each<[string, JsonObject, string[]]>([
  ["the length", { length: 9 }, ["length"]],
  ["a length that is not known yet", { length: unknown }, ["length"]],
  ["a kind of characters", { special: false }, ["special"]],
])("a password is made anew when this has changed: %s", async (_what, news, changed) => {
  const { response } = await passwords.diff(state, {}, { length: 8, ...news });
  expect(response).toEqual({ changes: "DIFF_SOME", diffs: changed, replaces: changed });
});

test.each([
  ["the default, spelled out", { special: true }],
  ["nulls", { special: null }],
  ["a length that is a text", { length: "8" }],
])("nothing changes with %s", async (_what, news) => {
  const { response } = await passwords.diff(state, {}, { length: 8, ...news });
  expect(response).toEqual({ changes: "DIFF_NONE" });
});
