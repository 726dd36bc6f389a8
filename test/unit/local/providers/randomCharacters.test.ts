import { expect, test } from "vitest";
import { plan } from "../../../../local/providers/planned/plan.ts";
import { randomCharacters } from "../../../../local/providers/random/characters.ts";
import { passwordSchema } from "../../../../local/providers/random/password.ts";

const make = (inputs: Record<string, number | boolean>) =>
  randomCharacters(plan(passwordSchema, null, { length: 8, ...inputs }).state);

test("every place can hold every character", () => {
  const made = Array.from({ length: 2000 }, () => make({ length: 5, minNumeric: 1, special: false }));
  const places = [0, 1, 2, 3, 4].map((place) => new Set(made.map((password) => password[place])));
  expect(places.map(({ size }) => size)).toEqual([62, 62, 62, 62, 62]);
});

test.each([
  [
    { minUpper: -1 },
    'a password cannot have -1 characters of "ABCDEFGHIJKLMNOPQRSTUVWXYZ": set no minimum below 0',
  ],
  [{ minUpper: 5, minLower: 5 }, "a length that is not below the sum of the minimums"],
])("inputs on which the real plugin crashes are refused: %j", (inputs, error) => {
  expect(() => make(inputs)).toThrow(error);
});
