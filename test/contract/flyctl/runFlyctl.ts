import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import type { ProbeInput } from "./recordings.ts";

const repository = fileURLToPath(new URL("../../../", import.meta.url));

/** The project's Node, which the stand-in for flyctl needs; then the user's PATH; then the stand-in, for a PATH without flyctl. */
export const searchPath = [
  join(repository, "node_modules/.bin"),
  process.env.PATH ?? "",
  join(repository, "local/flyctl/bin"),
].join(":");

export interface FlyctlRun {
  exit: number;
  stdout: string;
  stderr: string;
}

/**
 * Repeats an attempt in which flyctl lost a request's body. The real flyctl sometimes does that, mostly on a busy machine: its HTTP library
 * rewinds the body for a retry while the first try can still be reading it. The retry is then not sent, and the run fails.
 */
export async function untilSent<Attempt extends FlyctlRun>(
  attempt: () => Promise<Attempt>,
): Promise<Attempt> {
  for (let left = 9; ; left--) {
    const made = await attempt();
    if (left === 0 || !made.stderr.includes("with Body length 0")) return made;
  }
}

/** Separate working directory, home and FLY_CONFIG_DIR for flyctl. */
export class FlyctlSandbox {
  readonly root: string;
  readonly workingDirectory: string;
  readonly configDirectory: string;

  private constructor(root: string) {
    this.root = root;
    this.workingDirectory = join(root, "work");
    this.configDirectory = join(root, "config");
  }

  static async create(input: ProbeInput): Promise<FlyctlSandbox> {
    const sandbox = new FlyctlSandbox(await mkdtemp(join(tmpdir(), "flyctl-")));
    await mkdir(sandbox.workingDirectory);
    await mkdir(sandbox.configDirectory, { mode: 0o700 });
    for (const [path, content] of Object.entries(input.files ?? {})) {
      const file = join(sandbox.workingDirectory, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
      if (content.startsWith("#!")) await chmod(file, 0o755);
    }
    if (input.config)
      await writeFile(join(sandbox.configDirectory, "config.yml"), input.config, { mode: 0o600 });
    return sandbox;
  }

  async run(argv: string[], input: ProbeInput, environment: Record<string, string>): Promise<FlyctlRun> {
    const result = await execa("flyctl", argv, {
      cwd: this.workingDirectory,
      input: input.stdin ?? "",
      env: this.environment({ ...environment, ...input.environment }),
      extendEnv: false,
      reject: false,
      stripFinalNewline: false,
      timeout: 100_000,
    });
    if (result.exitCode === undefined) throw new Error(`flyctl ${argv.join(" ")}: ${result.message}`);
    return { exit: result.exitCode, stdout: result.stdout, stderr: result.stderr };
  }

  /** The environment of every run: a token, no telemetry, and nothing from the tester's own environment. */
  environment(more: Record<string, string>): Record<string, string> {
    return {
      PATH: searchPath,
      HOME: this.root,
      FLY_API_TOKEN: "fo1_test",
      FLY_CONFIG_DIR: this.configDirectory,
      FLY_SEND_METRICS: "0",
      FLY_NO_UPDATE_CHECK: "1",
      FLY_NO_INCIDENTS_CHECK: "1",
      ...more,
    };
  }

  async remove(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }
}
