import { execa } from "execa";
import { root, type TestStack } from "../engine/testStack.ts";

/** Changes the recorded inputs of a resource's verbs to what an earlier version of the program has written there. */
export async function editInputs(
  { name, env }: TestStack,
  resource: string,
  edit: (environment: Record<string, string>) => void,
): Promise<void> {
  const options = { cwd: root, env };
  const { stdout } = await execa("pulumi", ["stack", "export", "--stack", name], options);
  const state = JSON.parse(stdout);
  const { inputs, outputs } = state.deployment.resources.find(({ urn }: { urn: string }) =>
    urn.endsWith(`::${resource}`),
  );
  for (const part of [inputs, outputs]) edit(part.environment);
  await execa("pulumi", ["stack", "import", "--stack", name], { ...options, input: JSON.stringify(state) });
}
