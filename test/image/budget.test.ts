import { expect, test } from "vitest";
import { budget, overBudget, weigh } from "../../bench/budget.ts";
import { paperclipImage } from "../support/paperclipImage.ts";

test("the image is not larger than its budget says", async () => {
  expect(overBudget(await weigh(await paperclipImage()), await budget())).toEqual([]);
});

test("a change of start.sh sends less than 100 KB to the registry", async () => {
  expect((await weigh(await paperclipImage())).startLayersBytes).toBeLessThan(100_000);
});
