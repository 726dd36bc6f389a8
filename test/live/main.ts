/**
 * `npm run test:live`: a stack's whole life and the probes of docs/assumptions.md on the account that the environment names, from nothing
 * to nothing. docs/live.md lists what it needs. `--yes` confirms the price.
 */
import { randomBytes } from "node:crypto";
import { createInterface } from "node:readline/promises";
import { findDocker } from "../../components/image/dockerDaemon.ts";
import { onPath } from "../../local/toolchain/onPath.ts";
import { appNameOf } from "./liveStack.ts";
import { priceText } from "./price.ts";
import { reportText, succeeded } from "./report.ts";
import { LiveRun } from "./run.ts";
import { type LiveSettings, liveSettings, neededPrograms, variableOf } from "./settings.ts";

/** @throws Error if somebody says no, or nobody is there to ask. */
async function confirm(price: string, appName: string): Promise<void> {
  console.log(
    `This makes the Fly.io app ${appName} and two devices in the tailnet, and takes all of it away again.`,
  );
  console.log(`It costs ${price}.`);
  if (process.argv.includes("--yes")) return;
  if (!process.stdin.isTTY)
    throw new Error("Nobody is there to confirm the price. Confirm it with: npm run test:live -- --yes");
  const asking = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await asking.question("Type yes to go on: ").finally(() => asking.close());
  if (answer.trim() !== "yes") throw new Error("Nothing was made.");
}

async function readSettings(): Promise<LiveSettings> {
  const found = await Promise.all(neededPrograms.map((program) => onPath(program)));
  const settings = liveSettings({
    environment: process.env,
    flyctl: (await onPath("flyctl")) !== undefined,
    docker: process.env[variableOf("image")] ? undefined : findDocker(),
    missingPrograms: neededPrograms.filter((_, index) => !found[index]),
  });
  // Programs that this one starts inherit the environment, and do not need these variables.
  for (const name of ["anthropicKey", "claudeToken", "extraSecrets"]) delete process.env[variableOf(name)];
  return settings;
}

async function main(): Promise<boolean> {
  const settings = await readSettings();
  const name = `live-${randomBytes(3).toString("hex")}`;
  const price = priceText(settings);
  await confirm(price, appNameOf(name));
  const run = await LiveRun.prepare(settings, name, price);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => run.interrupt());
  const report = await run.fromNothingToNothing();
  console.log(`\n${reportText(report)}`);
  return succeeded(report);
}

main().then(
  // Exits at once, because what the story still waits for after an interruption would never end.
  (well) => process.exit(well ? 0 : 1),
  (error: Error) => {
    console.error(error.message);
    process.exit(1);
  },
);
