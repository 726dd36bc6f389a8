import { expect, test } from "vitest";
import { randomCharacters } from "../../../../local/providers/random.ts";

test.each([
  [false, 62],
  [true, 83],
])("with special characters: %s, every place can hold each of %i characters", (special, count) => {
  const made = Array.from({ length: 4000 }, () => randomCharacters(3, special));
  const places = [0, 1, 2].map((place) => new Set(made.map((password) => password[place])));
  expect(places.map(({ size }) => size)).toEqual([count, count, count]);
});
