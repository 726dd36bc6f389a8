import { compare } from "bcryptjs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JsonObject } from "./messages.ts";
import { defaults, type Passwords, startPasswords, state, stateWith } from "./passwords.ts";
import { propertiesOf, type ResourceCalls, secret, unknown } from "./requests.ts";

let started: Passwords;
let passwords: ResourceCalls;

beforeAll(async () => {
  started = await startPasswords();
  passwords = started.named("password");
});

afterAll(() => started?.stop());

const revealed = (property: unknown) => (property as { value: string }).value;

describe("a password", () => {
  test.each([
    [{ length: 200, special: false }, /^(?=.*[A-Z])(?=.*[a-z])(?=.*[0-9])[A-Za-z0-9]{200}$/],
    [{ length: 200, upper: false, lower: false, number: false }, /^[!@#$%&*()\-_=+[\]{}<>:?]{200}$/],
    [{ length: 64, upper: false, numeric: false, special: false }, /^[a-z]{64}$/],
    [{ length: 4, minUpper: 1, minLower: 1, minNumeric: 2 }, /^(?=.*[A-Z])(?=.*[a-z])(?=(.*\d){2})\w{4}$/],
    [{ length: 6, special: false, minSpecial: 6 }, /^[^A-Za-z0-9]{6}$/],
    [{ length: 40, lower: false, upper: false, overrideSpecial: "é" }, /^(?=.*é)[é0-9]{40}$/],
    // Special characters that are the digits: their minimum is the digits' too.
    [
      { length: 5, numeric: false, special: false, minNumeric: 5, overrideSpecial: "0123456789" },
      /^[A-Za-z]{5}$/,
    ],
    [{ length: 40, lower: false, upper: false, overrideSpecial: "" }, /^(?=.*[^0-9])[^A-Za-z]{40}$/],
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
    expect(await compare(`${result.slice(0, 15)}`, hash)).toBe(false);
  });

  test("of no characters is refused", async () => {
    const none = { length: 8, upper: false, lower: false, numeric: false, special: false };
    expect((await passwords.create(none)).errors?.[0]).toContain("the character set specified is empty");
  });
});

describe("a preview", () => {
  const preview = async (inputs: JsonObject) =>
    propertiesOf(await passwords.create(inputs, { preview: true }));
  const open = { id: unknown, result: unknown, bcryptHash: unknown };

  test("knows the inputs with their defaults, and nothing of the password", async () => {
    const keepers = { a: "1", b: unknown };
    expect(await preview({ length: 8, keepers, minUpper: unknown })).toEqual({
      ...defaults,
      ...open,
      length: 8,
      keepers,
      minUpper: unknown,
    });
  });

  test.each(["number", "numeric"])("takes `%s` for both of digits' names", async (name) => {
    const known = await preview({ length: 8, [name]: false });
    expect(known).toEqual({ ...defaults, ...open, length: 8, number: false, numeric: false });
    expect(await preview({ length: 8, [name]: unknown })).toEqual({
      ...defaults,
      ...open,
      length: 8,
      number: unknown,
      numeric: unknown,
    });
  });
});

describe("digits' names that contradict each other are refused in", () => {
  const contradiction = { length: 8, number: true, numeric: false };
  const error =
    "rpc error: code = Unknown desc = 1 error occurred:\n\t* : Number and numeric are both configured with different values - " +
    "Number is deprecated, use numeric instead\n\n";
  test.each([
    ["a preview", () => passwords.create(contradiction, { preview: true })],
    ["a create", () => passwords.create(contradiction)],
    ["a diff", () => passwords.diff(state, {}, contradiction)],
    [
      "a diff, where one is not known yet",
      () => passwords.diff(state, {}, { length: 8, number: unknown, numeric: true }),
    ],
  ])("%s", async (_what, call) => {
    expect((await call()).errors).toEqual([error]);
  });
});

describe("import", () => {
  test.each([
    ["supersecret", 11],
    ["é".repeat(40), 80],
  ])("takes the password itself: %s", async (password, length) => {
    const { response } = await passwords.read(password);
    const found = response?.properties as JsonObject;
    const hash = revealed(found.bcryptHash);
    expect(response?.id).toBe("none");
    expect(response?.inputs).toEqual({
      length,
      upper: true,
      lower: true,
      numeric: true,
      number: true,
      special: true,
    });
    expect(found).toEqual({ ...state, length, result: secret(password), bcryptHash: secret(hash) });
    expect(await compare(Buffer.from(password).subarray(0, 72).toString(), hash)).toBe(true);
  });

  test("takes even an empty one", async () => {
    expect((await passwords.read("")).response?.inputs).toMatchObject({ length: 0 });
  });
});

test("a refresh finds the password as it is in the state", async () => {
  const inputs = { length: 8, overrideSpecial: "", keepers: { a: "1" } };
  const { response } = await passwords.read("none", stateWith(inputs), { ...inputs, length: 9 });
  expect(response).toEqual({
    id: "none",
    inputs,
    properties: {
      ...stateWith(inputs),
      result: secret(state.result),
      bcryptHash: secret(state.bcryptHash),
    },
  });
});

test("a state of a newer plugin is refused", async () => {
  const newer = { ...state, __meta: '{"schema_version":"4"}' };
  const reason =
    "The current state of random:index/randomPassword:RandomPassword was created by a newer provider version  and cannot be " +
    "downgraded from resource schema version 4 to 3. Please upgrade the provider";
  const inputs = { length: 8 };
  expect((await passwords.diff(newer, {}, inputs)).errors).toEqual([
    `rpc error: code = Unknown desc = ${reason}`,
  ]);
  expect((await passwords.read("none", newer, inputs)).errors?.[0]).toContain(
    `failed to get current raw state: ${reason}`,
  );
});
