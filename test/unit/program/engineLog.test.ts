import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { silenceDebugLog } from "../../../program/engineLog.ts";

test("the SDK's own code finds the silenced debug log in its place", async () => {
  const { debug, warn } = createRequire(import.meta.url)("@pulumi/pulumi/log");
  silenceDebugLog();
  const log = createRequire(import.meta.url)("@pulumi/pulumi/log");
  expect(log.debug).not.toBe(debug);
  expect(await log.debug("an answer with a secret")).toBeUndefined();
  expect(log.warn).toBe(warn);
});
