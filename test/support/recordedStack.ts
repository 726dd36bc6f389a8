/** Stacks that earlier versions of the program have made, as `test/states` keeps them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { z } from "zod";
import { type RecordedStack, root, type TestStack } from "../engine/testStack.ts";

export function recordedStack(version: string, name: string): RecordedStack {
  const folder = join(root, "test/states", version);
  return {
    name,
    config: join(folder, `${name}.yaml`),
    passphrase: join(folder, "passphrase"),
    state: join(folder, `${name}.json`),
  };
}

/** A command resource in the state, with its secrets in clear. */
const commandShape = z.object({
  urn: z.string(),
  type: z.literal("command:local:Command"),
  inputs: z.object({
    interpreter: z.array(z.string()),
    create: z.string(),
    update: z.string(),
    delete: z.string(),
    environment: z.record(z.string(), z.string()).default({}),
    stdin: z.string().default(""),
  }),
  outputs: z.object({ stdout: z.string() }),
});
export type RecordedCommand = z.infer<typeof commandShape>;

const stateShape = z.object({
  deployment: z.object({ resources: z.array(z.looseObject({ type: z.string(), urn: z.string() })) }),
});

const isCommand = ({ type }: { type: string }) => type === "command:local:Command";

/** Imports a state, given as text. */
export async function importState({ name, env }: TestStack, text: string): Promise<void> {
  await execa("pulumi", ["stack", "import", "--stack", name], { cwd: root, env, input: text });
}

/** The stack's state as text, with its secrets in clear, as `importState` takes it. */
export async function exportState({ name, env }: TestStack): Promise<string> {
  const args = ["stack", "export", "--show-secrets", "--stack", name];
  return (await execa("pulumi", args, { cwd: root, env })).stdout;
}

/** The command resources of a state, in the order in which they were made. */
export function commandsOf(state: string): RecordedCommand[] {
  const { resources } = stateShape.parse(JSON.parse(state)).deployment;
  return resources.filter(isCommand).map((resource) => commandShape.parse(inClear(resource)));
}

/** The names of the command resources of a recorded stack, in the order in which they were made. */
export function commandNames({ state }: RecordedStack): string[] {
  const { resources } = stateShape.parse(JSON.parse(readFileSync(state, "utf8"))).deployment;
  return resources.filter(isCommand).map(nameOf);
}

/** The name of a resource, which ends its URN. */
export const nameOf = ({ urn }: { urn: string }) => urn.split("::").at(-1) ?? "";

/** In a state, a secret is a marked object with its value as JSON. */
function inClear(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inClear);
  if (typeof value !== "object" || value === null) return value;
  if ("plaintext" in value) return inClear(JSON.parse(String(value.plaintext)));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, inClear(inner)]));
}

/**
 * Runs a line of a command resource as Pulumi's command provider does.
 *
 * @returns what it printed
 * @throws Error with its output if it did not succeed
 */
export async function runLine(
  { env }: TestStack,
  { inputs, outputs }: RecordedCommand,
  which: "create" | "update" | "delete",
): Promise<string> {
  const [program = "", ...words] = inputs.interpreter;
  const previous: Record<string, string> =
    which === "create" ? {} : { PULUMI_COMMAND_STDOUT: outputs.stdout };
  const { stdout } = await execa(program, [...words, inputs[which]], {
    cwd: root,
    env: { ...env, ...inputs.environment, ...previous },
    input: inputs.stdin,
  });
  return stdout;
}

const preview = z.object({ steps: z.array(z.object({ op: z.string(), urn: z.string() })) });

/** What a preview would do, by the names of the resources. Unchanged resources are left out. */
export async function previewOf(stack: TestStack): Promise<Record<string, string>> {
  const { exitCode, stdout, stderr } = await execa("pulumi", ["preview", "--json", ...stack.words], {
    cwd: root,
    env: stack.env,
    reject: false,
  });
  if (exitCode !== 0) throw new Error(`the preview failed:\n${stdout}\n${stderr}`);
  const { steps } = preview.parse(JSON.parse(stdout));
  const changes = steps.filter(({ op }) => op !== "same");
  return Object.fromEntries(changes.map((step) => [nameOf(step), step.op]));
}
