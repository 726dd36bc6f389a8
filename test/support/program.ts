import { createInterface } from "node:readline";
import { execa } from "execa";

export interface Program {
  /** What it printed when it was ready. */
  said: RegExpExecArray;
  /** @throws Error with its whole output if it has ended on its own, or does not end within five seconds of SIGTERM */
  stop(): Promise<void>;
}

/**
 * Starts a program of the PATH and waits, on either output, for the line that says that it is ready.
 *
 * @throws Error with its whole output if it ends before
 */
export async function startProgram(
  command: string,
  args: string[],
  ready: RegExp,
  env: Record<string, string | undefined> = {},
): Promise<Program> {
  const running = execa(command, args, { env, stdin: "ignore", all: true, reject: false });
  const ended = async () => {
    // If the program succeeded, there is no message.
    const { message, all } = await running;
    throw new Error(message ?? `${command} ended\n${all}`);
  };
  const said = await Promise.race([lineOf(running.all, ready), ended()]);
  return {
    said,
    async stop() {
      if (!running.kill()) await ended();
      if ((await running).isForcefullyTerminated) await ended();
    },
  };
}

/** The first line that matches. The rest is read too, so that a program never waits for a reader. */
const lineOf = (output: NodeJS.ReadableStream, pattern: RegExp) =>
  new Promise<RegExpExecArray>((resolve) => {
    createInterface({ input: output }).on("line", (line) => {
      const found = pattern.exec(line);
      if (found) resolve(found);
    });
  });
