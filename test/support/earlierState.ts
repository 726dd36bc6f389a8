import { execa } from "execa";
import { root, type TestStack } from "../engine/testStack.ts";

type Resource = Record<
  "inputs" | "outputs",
  Record<string, unknown> & { environment: Record<string, string> }
>;

/** Changes a resource's record in the state to what an earlier version of the program left there. */
async function edit(
  { name, env }: TestStack,
  resource: string,
  change: (recorded: Resource) => void,
): Promise<void> {
  const options = { cwd: root, env };
  const { stdout } = await execa("pulumi", ["stack", "export", "--show-secrets", "--stack", name], options);
  const state = JSON.parse(stdout);
  change(state.deployment.resources.find(({ urn }: { urn: string }) => urn.endsWith(`::${resource}`)));
  await execa("pulumi", ["stack", "import", "--stack", name], { ...options, input: JSON.stringify(state) });
}

/** Changes the recorded inputs of a resource's verbs. */
export const editInputs = (
  stack: TestStack,
  resource: string,
  change: (environment: Record<string, string>) => void,
): Promise<void> =>
  edit(stack, resource, ({ inputs, outputs }) => {
    for (const part of [inputs, outputs]) change(part.environment);
  });

/** Changes what a resource's verb has printed, which is a secret in the state. */
export const editPrinted = (
  stack: TestStack,
  resource: string,
  change: (printed: Record<string, unknown>) => void,
): Promise<void> =>
  edit(stack, resource, ({ outputs }) => {
    const stdout = outputs.stdout as { plaintext: string };
    const printed = JSON.parse(JSON.parse(stdout.plaintext));
    change(printed);
    stdout.plaintext = JSON.stringify(JSON.stringify(printed));
  });
