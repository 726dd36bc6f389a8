import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { omitSourcePositions } from "../../../program/sourcePositions.ts";

test("the SDK's own code finds no source position for a resource", () => {
  const { Resource } = createRequire(import.meta.url)("@pulumi/pulumi/resource");
  const frames = () => Resource.stackTrace(0);
  expect(frames()).not.toEqual([]);
  omitSourcePositions();
  expect(frames()).toEqual([]);
});
