/** `npm run dev:down`: removes everything that `npm run dev` has made, except the tools in the cache. */
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { folder, forgetDeadLocks, root } from "./devStack.ts";
import { startPlatform } from "./platform/platform.ts";
import { stopService } from "./platform/service.ts";
import { openStack } from "./platform/stack.ts";
import { setUp } from "./toolchain/setup.ts";

async function main() {
  if (!existsSync(folder)) {
    console.log("There is nothing to take away.");
    return;
  }
  const toolchain = await setUp();
  // The platform may have been stopped in the meantime, e.g. by a reboot. Destroying a stack needs it.
  const platform = await startPlatform(join(folder, "platform"), toolchain);
  const stack = await openStack(folder, "dev", platform, toolchain);
  await forgetDeadLocks();
  // A terminal's Ctrl-C reaches Pulumi by itself, which then ends what it has begun. What is left is removed by another `npm run dev:down`.
  const wait = () => undefined;
  process.on("SIGINT", wait);
  await execa("pulumi", ["destroy", "--yes", "--skip-preview", ...stack.args], {
    cwd: root,
    env: stack.env,
    stdio: "inherit",
  });
  process.off("SIGINT", wait);
  await stopService(join(folder, "platform"), "laptop");
  await platform.remove();
  await rm(folder, { recursive: true, force: true });
  console.log("\nWhat npm run dev had made is gone; the tools stay in the cache.");
}

main().catch((error: Error) => {
  console.error(`\nnpm run dev:down did not get there: ${error.message}`);
  process.exitCode = 1;
});
