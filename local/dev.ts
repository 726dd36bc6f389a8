/**
 * `npm run dev`: deploys a Paperclip on this machine, from nothing, with a real `pulumi up` of the stack `dev`. `npm run dev -- WORDS` works on
 * the stack that runs.
 */
import { join } from "node:path";
import { styleText } from "node:util";
import Docker from "dockerode";
import { execa } from "execa";
import { devCommand } from "./devCommands.ts";
import { folder, forgetDeadLocks, keepDevStack, root, wholeEnvironment } from "./devStack.ts";
import { commandLines } from "./devTexts.ts";
import { cpuProblem } from "./fly/cpu/problem.ts";
import { startLaptop } from "./platform/laptop.ts";
import { type Platform, startPlatform } from "./platform/platform.ts";
import { type LocalStack, openStack, stackOutputs } from "./platform/stack.ts";
import { reportParts } from "./report.ts";
import { endOnSignal } from "./toolchain/cache.ts";
import { durationText } from "./toolchain/progress.ts";
import { setUp } from "./toolchain/setup.ts";

const heading = (text: string) => console.log(`\n${styleText("bold", text)}`);

/** Runs a part of the work under its heading, and says at its end how long it took. */
async function part<T>(title: string, about: string, work: () => Promise<T>): Promise<T> {
  heading(title);
  console.log(`  ${about}`);
  const started = performance.now();
  const result = await work();
  console.log(`  took ${durationText((performance.now() - started) / 1000)}`);
  return result;
}

async function makeStack(): Promise<void> {
  const stopEnding = endOnSignal();
  const toolchain = await part(
    "Setting up this machine",
    "Tools that are here already take seconds. Each that has to be built or fetched says how long that takes, all of them a quarter of an hour.",
    setUp,
  );
  const platform = await startPlatform(join(folder, "platform"), toolchain);

  const problem = await cpuProblem(new Docker());
  if (problem !== undefined)
    console.error(styleText("red", `Nothing here is as slow as on Fly.io: ${problem}`));

  const stack = await openStack(folder, "dev", platform, toolchain);
  await keep(stack, platform);
  await forgetDeadLocks();
  stopEnding();
  await part(
    "pulumi up",
    "paperclip-image: four minutes the first time, seconds without a change of docker/. paperclip-release: a minute, as on a new machine of Fly.io.",
    () => update(stack),
  );

  const outputs = await stackOutputs(stack);
  await keep(stack, platform, outputs.appName);
  heading("Paperclip");
  for (const name of ["url", "inviteUrl", "appName", "machineId", "volumeId"])
    console.log(`  ${name.padEnd(10)} ${outputs[name]}`);

  heading("From a device in the tailnet");
  const laptop = await startLaptop(join(folder, "platform"), platform);
  const { status } = await laptop.get(`${outputs.url}/api/health`);
  console.log(`  ${outputs.url}/api/health answers HTTP ${status}, its certificate verified`);

  heading("What was real and what stood in");
  reportParts(toolchain);

  heading("What to do with it");
  console.log(commandLines().join("\n"));
}

const keep = (stack: LocalStack, { ports, tailnet }: Platform, appName?: string) =>
  keepDevStack({
    name: stack.name,
    env: wholeEnvironment(stack, appName),
    proxyUrl: `http://127.0.0.1:${ports.laptop}`,
    caFile: tailnet.caFile,
  });

/** A terminal's Ctrl-C reaches Pulumi by itself, which then ends what it has begun; cut off, it would leave the stack locked. */
async function update({ args, env }: LocalStack): Promise<void> {
  let interrupted = false;
  const note = () => {
    interrupted = true;
  };
  process.on("SIGINT", note);
  const words = ["up", "--yes", "--skip-preview", ...args];
  const { exitCode } = await execa("pulumi", words, { cwd: root, env, stdio: "inherit", reject: false });
  process.off("SIGINT", note);
  if (interrupted)
    throw new Error("it was interrupted. Go on: npm run dev. Remove what it has made: npm run dev:down");
  if (exitCode !== 0)
    throw new Error(
      "pulumi up failed, for the reason above. Look further: npm run dev -- doctor, npm run dev -- flyctl logs. Try again: npm run dev",
    );
}

const words = process.argv.slice(2);
const work = words.length > 0 ? devCommand(words).then((code) => (process.exitCode = code)) : makeStack();
work.catch((error: Error) => {
  const what = words.length > 0 ? "" : `${styleText("red", "npm run dev did not get there:")} `;
  console.error(`\n${what}${error.message}`);
  process.exitCode = 1;
});
