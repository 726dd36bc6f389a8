import type { TestContext } from "vitest";
import { Machine } from "./machine.ts";

/** A healthy machine of one test, which is removed when the test is over. */
export async function machineOfTest(image: string, { onTestFinished }: TestContext): Promise<Machine> {
  const machine = await Machine.start(image);
  onTestFinished(() => machine.remove());
  await machine.healthy();
  return machine;
}
