import { execa, type Options, type ResultPromise } from "execa";

/** The run was interrupted: no further step of the story starts. */
export class Interrupted extends Error {}

export interface Outcome {
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
  /** Stdout and stderr, in the order in which they came. */
  output: string;
  seconds: number;
}

interface RunOptions {
  env?: Record<string, string> | undefined;
  cwd?: string;
  /** Given on standard input, which is how secrets travel. */
  input?: string;
  /** Whether people see the output as it is printed. */
  shown?: boolean;
}

/**
 * The programs that a run starts. Each has a process group of its own, so that Ctrl-C reaches only this process. It decides which programs
 * to interrupt, and never interrupts the removal.
 */
export class Commands {
  readonly #running = new Set<ResultPromise>();
  #interrupted = false;

  /** @throws Interrupted if the run was interrupted before or during the program. An exit code other than 0 is no error here. */
  async run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
    this.check();
    const { env, cwd, input, shown } = options;
    const started = Date.now();
    const settings = {
      ...(env ? { env } : {}),
      ...(cwd ? { cwd } : {}),
      ...(input === undefined ? { stdin: "ignore" as const } : { input }),
      ...(shown ? { stdout: ["pipe", "inherit"], stderr: ["pipe", "inherit"] } : {}),
      all: true,
      reject: false,
      detached: true,
      cleanup: false,
    } satisfies Options;
    const child = execa(command, args, settings as Options) as ResultPromise;
    this.#running.add(child);
    try {
      const { exitCode, stdout, stderr, all, code, shortMessage } = await child;
      this.check();
      if (code === "ENOENT") throw new Error(shortMessage);
      const seconds = (Date.now() - started) / 1000;
      return { exitCode, stdout: `${stdout}`, stderr: `${stderr}`, output: `${all}`, seconds };
    } finally {
      this.#running.delete(child);
    }
  }

  /** @throws Interrupted */
  check(): void {
    if (this.#interrupted) throw new Interrupted("interrupted");
  }

  /** Interrupts the running programs, as Ctrl-C does, and waits for their end. */
  async interrupt(): Promise<void> {
    this.#interrupted = true;
    const running = [...this.#running];
    for (const { pid } of running) {
      try {
        if (pid !== undefined) process.kill(-pid, "SIGINT");
      } catch {
        // It has just ended.
      }
    }
    await Promise.allSettled(running);
  }
}
