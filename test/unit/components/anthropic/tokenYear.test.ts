import { describe, expect, test } from "vitest";
import { tokenEndText } from "../../../../components/anthropic/tokenYear.ts";
import { create, update } from "../../../../components/anthropic/verbs/token.ts";
import { inputsOf } from "../../../support/verbInputs.ts";

describe("a token that was set on 2026-11-28", () => {
  test.each([
    ["on the day itself", "2026-11-28"],
    ["31 days before its end", "2027-10-28"],
  ])("is not spoken of %s", (_when, today) => expect(tokenEndText("2026-11-28", today)).toBeUndefined());

  test.each([
    ["30 days before its end", "2027-10-29", "ends on 2027-11-28 or before"],
    ["on its last day", "2027-11-28", "ends on 2027-11-28 or before"],
    ["afterwards", "2027-11-29", "ended on 2027-11-28"],
  ])("is spoken of %s", (_when, today, text) => expect(tokenEndText("2026-11-28", today)).toContain(text));
});

test("the day is today's when a token comes, and again when another one comes", async () => {
  const today = { setOn: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) };
  expect(await create(inputsOf({}))).toEqual(today);
  expect(await update(inputsOf({}))).toEqual(today);
});
