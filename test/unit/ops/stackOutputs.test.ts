import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { stackOutputs } from "../../../ops/stackOutputs.ts";

test("an operator without Pulumi is told how to install it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "no-pulumi-"));
  vi.stubEnv("PATH", folder);
  try {
    await expect(stackOutputs(undefined)).rejects.toThrow(/^pulumi is not on the PATH\. Install it: curl/);
  } finally {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  }
});
