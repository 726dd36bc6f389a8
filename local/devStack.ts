/** The stack of `npm run dev`: where it is, and what other commands need to work on it while it runs. */
import { existsSync } from "node:fs";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { answers } from "./platform/service.ts";
import type { LocalStack } from "./platform/stack.ts";

export const root = join(import.meta.dirname, "..");
export const folder = join(root, ".local/dev");

const shape = z.object({
  name: z.string(),
  /** What `pulumi`, `flyctl` and `doctor` need to work on this stack, tokens included. */
  env: z.record(z.string(), z.string()),
  /** HTTP proxy into the tailnet. */
  proxyUrl: z.string(),
  /** File of the certificate authority that the tailnet's devices trust. */
  caFile: z.string(),
});

export type DevStack = z.infer<typeof shape>;

const file = join(folder, "stack.json");

/** To be sourced by a shell. */
const environmentFile = join(folder, "env.sh");

/** With it, pulumi and flyctl work on this stack without any flag. PULUMI_OPTION_… is read by Pulumi 3.208 or newer. */
export const wholeEnvironment = (
  { name, env, args }: LocalStack,
  appName: string | undefined,
): Record<string, string> => ({
  ...env,
  PULUMI_STACK: name,
  PULUMI_OPTION_CONFIG_FILE: args[args.indexOf("--config-file") + 1] ?? "",
  ...(appName === undefined ? {} : { FLY_APP: appName }),
});

/** The lines of a file to source. */
export const environmentLines = (env: Record<string, string>): string =>
  Object.entries(env)
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'\n`)
    .join("");

/** Notes the stack for commands that come later. Both files hold tokens, so nobody else reads them. */
export async function keepDevStack(stack: DevStack): Promise<void> {
  await replace(file, JSON.stringify(stack));
  await replace(environmentFile, environmentLines(stack.env));
}

/** A file's mode counts only when it is made. */
async function replace(path: string, text: string): Promise<void> {
  await rm(path, { force: true });
  await writeFile(path, text, { mode: 0o600 });
}

/** @throws Error that says how to start it when it does not run */
export async function runningDevStack(): Promise<DevStack> {
  const kept = await readFile(file, "utf8").catch(() => undefined);
  if (kept === undefined) throw new Error("There is no stack of `npm run dev` here. Make it: npm run dev");
  const stack = shape.parse(JSON.parse(kept));
  const runs = await answers(`${stack.env.FLY_API_BASE_URL}/v1/platform/regions`).catch(() => false);
  if (!runs)
    throw new Error("The stack of `npm run dev` does not run, e.g. after a reboot. Start it: npm run dev");
  return stack;
}

const lockShape = z.object({ pid: z.number() });

/** Removes what a Pulumi that was killed has left: it refuses every further update otherwise. One that still runs keeps its lock. */
export async function forgetDeadLocks(stateFolder = join(folder, "state")): Promise<void> {
  const locks = join(stateFolder, ".pulumi/locks");
  if (!existsSync(locks)) return;
  for (const entry of await readdir(locks, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith(".json")) continue;
    const path = join(entry.parentPath, entry.name);
    const { pid } = lockShape.parse(JSON.parse(await readFile(path, "utf8")));
    if (!(await isPulumi(pid))) await rm(path);
  }
}

/** Process ids are used again, so the name counts, too. */
const isPulumi = async (pid: number) =>
  (await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "")).startsWith("pulumi");
