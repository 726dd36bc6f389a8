/** `npm run test:live:local`: `npm run test:live`, with the local platform instead of the accounts. */
import { randomBytes } from "node:crypto";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { anthropicName, startAnthropic } from "./anthropic/anthropic.ts";
import { liveEnvironment } from "./platform/liveEnvironment.ts";
import { startPlatform } from "./platform/platform.ts";
import { setUp } from "./toolchain/setup.ts";

async function main() {
  const toolchain = await setUp();
  const platform = await startPlatform(
    join(await mkdtemp(join(tmpdir(), "paperclip-on-fly-account-")), "platform"),
    toolchain,
    "new",
    [anthropicName],
  );
  const key = `sk-ant-api03-${randomBytes(48).toString("hex")}`;
  const anthropic = await startAnthropic({
    internet: platform.internet,
    scripts: join(import.meta.dirname, "anthropic/scripts"),
    credentials: [{ name: "the stack's", kind: "api-key", value: key, expired: false }],
  });
  // Ctrl-C reaches the run directly, and the run then removes what it has made. The platform has to be there for that.
  process.on("SIGINT", () => undefined);
  try {
    const env = liveEnvironment(platform, toolchain, key);
    const args = ["run", "test:live", "--", "--yes"];
    const { exitCode } = await execa("npm", args, { env, stdio: "inherit", reject: false });
    process.exitCode = exitCode ?? 1;
  } finally {
    await anthropic.stop();
    await platform.remove();
  }
}

main().catch((error: Error) => {
  console.error(`\nnpm run test:live:local did not get there: ${error.message}`);
  process.exitCode = 1;
});
