import { execa } from "execa";
import { root, type TestStack } from "../engine/testStack.ts";

/** What `ops doctor` prints about a stack, line by line. */
export async function doctor(stack: TestStack): Promise<string[]> {
  const args = ["ops/main.ts", "doctor", "--stack", stack.name];
  const env = { ...stack.env, NO_COLOR: "1" };
  const { all } = await execa(process.execPath, args, { cwd: root, env, all: true, reject: false });
  return all.split("\n");
}
