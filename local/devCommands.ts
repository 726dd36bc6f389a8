/** `npm run dev -- WORDS`: runs a program on the stack of `npm run dev`, as an operator does on a client's stack. */
import { constants } from "node:os";
import { execa } from "execa";
import { openBrowser } from "./devBrowser.ts";
import { root, runningDevStack } from "./devStack.ts";

const doctor = [process.execPath, "ops/main.ts", "doctor"] as const;

/**
 * @returns the exit code
 * @throws Error that says what to type when the words are none of these, or nothing runs
 */
export async function devCommand([program = "", ...words]: readonly string[]): Promise<number> {
  if (program === "open") return openBrowser(await runningDevStack());
  if (program === "doctor") return run([...doctor, ...words]);
  if (program === "pulumi" || program === "flyctl") return run([program, ...words]);
  throw new Error(
    `npm run dev -- takes doctor, pulumi WORDS, flyctl WORDS or open, and not ${program}. Without any it makes the stack.`,
  );
}

async function run([program, ...words]: readonly [string, ...string[]]): Promise<number> {
  const { env } = await runningDevStack();
  // A terminal's Ctrl-C reaches the program as well, which may have something to finish.
  process.on("SIGINT", () => undefined);
  const result = await execa(program, words, { cwd: root, env, stdio: "inherit", reject: false });
  if (result.signal) return 128 + constants.signals[result.signal];
  if (result.exitCode === undefined) throw new Error(result.shortMessage);
  return result.exitCode;
}
