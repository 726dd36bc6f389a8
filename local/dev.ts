/** `npm run dev`: deploys a Paperclip on this machine, from nothing, with a real `pulumi up` of the stack `dev`. */
import { join } from "node:path";
import { styleText } from "node:util";
import Docker from "dockerode";
import { execa } from "execa";
import { cpuProblem } from "./fly/cpu/problem.ts";
import { startLaptop } from "./platform/laptop.ts";
import { startPlatform } from "./platform/platform.ts";
import { openStack, stackOutputs } from "./platform/stack.ts";
import { reportParts } from "./report.ts";
import { setUp } from "./toolchain/setup.ts";

const root = join(import.meta.dirname, "..");
const folder = join(root, ".local/dev");

const heading = (text: string) => console.log(`\n${styleText("bold", text)}`);

async function main() {
  heading("Setting up this machine");
  const toolchain = await setUp();
  const platform = await startPlatform(join(folder, "platform"), toolchain);

  const problem = await cpuProblem(new Docker());
  if (problem !== undefined)
    console.error(styleText("red", `Nothing here is as slow as on Fly.io: ${problem}`));

  heading("pulumi up");
  const stack = await openStack(folder, "dev", platform, toolchain);
  await execa("pulumi", ["up", "--yes", "--skip-preview", ...stack.args], {
    cwd: root,
    env: stack.env,
    stdio: "inherit",
  });

  const outputs = await stackOutputs(stack);
  heading("Paperclip");
  for (const [name, value] of Object.entries(outputs)) console.log(`  ${name.padEnd(12)} ${value}`);

  heading("From a device in the tailnet");
  const laptop = await startLaptop(join(folder, "platform"), platform);
  const { status } = await laptop.get(`${outputs.url}/api/health`);
  console.log(`  ${outputs.url}/api/health answers HTTP ${status}, its certificate verified`);
  console.log(
    "  A browser of this machine gets in through that device's proxy, once it trusts the certificate authority:",
  );
  console.log(
    `    curl --proxy ${laptop.proxyUrl} --cacert ${platform.tailnet.caFile} ${outputs.url}/api/health`,
  );
  console.log(
    `    certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n paperclip-dev -i ${platform.tailnet.caFile}`,
  );
  console.log(`    chromium --proxy-server=${laptop.proxyUrl} ${outputs.inviteUrl}`);

  heading("What was real and what stood in");
  reportParts(toolchain);
  console.log("\nRemove all of it again: npm run dev:down");
}

main().catch((error: Error) => {
  console.error(`\n${styleText("red", "npm run dev did not get there:")} ${error.message}`);
  process.exitCode = 1;
});
