import type { z } from "zod";
import type { migrationInput } from "../../local/fly/machines/migrate.ts";
import type { TestStack } from "../engine/testStack.ts";

/** Makes Fly.io move a stack's machine to another host. */
export async function migrate(stack: TestStack, how: z.input<typeof migrationInput>): Promise<void> {
  const { machineId } = await stack.outputs();
  const response = await fetch(`${stack.env.FLY_API_BASE_URL}/_emulator/machines/${machineId}/migrate`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(how),
  });
  if (!response.ok) throw new Error(`the machine was not moved: ${await response.text()}`);
}
