import { expect, test } from "vitest";
import { budget, overBudget, weigh } from "../../bench/budget.ts";
import { paperclipImage } from "../support/paperclipImage.ts";

test("the image, and what a change of start.sh makes a push send, are no larger than the budget says", async () => {
  expect(overBudget(await weigh(await paperclipImage()), await budget())).toEqual([]);
});
