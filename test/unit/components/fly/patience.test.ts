import { expect, test } from "vitest";
import { patience } from "../../../../components/fly/patience.ts";

test("an update waits a quarter of an hour, the first five minutes of it by flyctl", () => {
  for (const environment of [{}, { PAPERCLIP_ON_FLY_WAIT_MINUTES: "" }])
    expect(patience(environment)).toEqual({ minutes: 15, flyctlSeconds: 300 });
});

test.each([
  ["30", { minutes: 30, flyctlSeconds: 300 }],
  ["6", { minutes: 6, flyctlSeconds: 120 }],
  ["0.5", { minutes: 0.5, flyctlSeconds: 10 }],
])("an operator may have it wait %s minutes", (text, expected) => {
  expect(patience({ PAPERCLIP_ON_FLY_WAIT_MINUTES: text })).toEqual(expected);
});

test.each(["soon", "0", "-1", "Infinity"])("%s is refused, with the variable's name", (text) => {
  expect(() => patience({ PAPERCLIP_ON_FLY_WAIT_MINUTES: text })).toThrow(
    `PAPERCLIP_ON_FLY_WAIT_MINUTES is "${text}" and not a number of minutes`,
  );
});
