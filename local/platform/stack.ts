/** A stack of this repository's program on a local platform, with a state of its own in a folder. */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { parse, stringify } from "yaml";
import type { Toolchain } from "../toolchain/setup.ts";
import type { Platform } from "./platform.ts";
import { tailnetDomain } from "./tailnet.ts";

const root = join(import.meta.dirname, "../..");

export interface LocalStack {
  name: string;
  /** Environment for `pulumi` and other programs that work on this stack. */
  env: Record<string, string>;
  /** Words that every pulumi command about this stack ends with. */
  args: string[];
}

/**
 * Makes the stack of `npm run dev` or of a test, or finds it. Its settings are those of the repository's Pulumi.NAME.yaml, and what somebody
 * has set besides.
 */
export async function openStack(
  folder: string,
  name: string,
  platform: Platform,
  toolchain: Toolchain,
): Promise<LocalStack> {
  const source = await readConfig(join(root, `Pulumi.${name}.yaml`));
  const ofThisMachine = {
    "paperclip:imageBuildArgs": toolchain.imageBuildArgs,
    "paperclip:tailnet": tailnetDomain,
    "paperclip:controlServer": platform.tailnet.controlUrl,
  };
  const file = configFileOf(folder, name);
  const kept = existsSync(file) ? await readConfig(file) : {};
  return makeStack(folder, name, platform.env, { ...kept.config, ...source.config, ...ofThisMachine });
}

/**
 * Makes a stack, or finds it. `pulumi stack init` writes to the project's Pulumi.NAME.yaml. It runs on a copy of the project's two files,
 * so that the repository's stay as they are.
 *
 * @param settings the whole of its plain settings, by full key
 */
export async function makeStack(
  folder: string,
  name: string,
  ambient: Record<string, string>,
  settings: Record<string, unknown>,
): Promise<LocalStack> {
  const project = join(folder, "project");
  await mkdir(join(folder, "state"), { recursive: true });
  await mkdir(project, { recursive: true });
  const env = {
    ...ambient,
    PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
    PULUMI_CONFIG_PASSPHRASE_FILE: await passphraseFile(folder),
  };
  await copyFile(join(root, "Pulumi.yaml"), join(project, "Pulumi.yaml"));
  const configFile = configFileOf(folder, name);
  const kept = existsSync(configFile) ? await readConfig(configFile) : {};
  await writeFile(configFile, stringify({ ...kept, config: settings }));
  await execa("pulumi", ["stack", "select", "--create", name, "--non-interactive"], { cwd: project, env });
  return { name, env, args: ["--stack", name, "--config-file", configFile] };
}

const configFileOf = (folder: string, name: string) => join(folder, `project/Pulumi.${name}.yaml`);

/** What the stack exports, secrets included. */
export async function stackOutputs({ env, name }: LocalStack): Promise<Record<string, string>> {
  const { stdout } = await execa("pulumi", ["stack", "output", "--json", "--show-secrets", "--stack", name], {
    cwd: root,
    env,
  });
  return JSON.parse(stdout) as Record<string, string>;
}

async function passphraseFile(folder: string): Promise<string> {
  const file = join(folder, "passphrase");
  if (!existsSync(file)) await writeFile(file, randomBytes(16).toString("hex"), { mode: 0o600 });
  return file;
}

interface StackConfig {
  encryptionsalt?: string;
  config?: Record<string, unknown>;
}

const readConfig = async (path: string) => parse(await readFile(path, "utf8")) as StackConfig;
