import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { z } from "zod";
import { jsonOrUndefined } from "../components/json.ts";
import { pulumiTrouble } from "./pulumiTrouble.ts";

/** Pulumi finds the project by the folder in which it is started, wherever the operator is. */
const project = join(import.meta.dirname, "..");

const shape = z.object({
  appName: z.string(),
  url: z.string(),
  machineId: z.string(),
  volumeId: z.string(),
  imageDigest: z.string(),
  privateIp: z.string(),
  /** The day on which the stack got its Claude token; empty without one, undefined before this output was there. */
  claudeTokenSetOn: z.string().optional(),
});

/** What a stack exports, secrets left out. */
export type StackOutputs = z.infer<typeof shape>;

/**
 * Reads the outputs of a stack.
 *
 * @param stack its name; default: the one that is selected
 * @throws Error when Pulumi does not work, when there is no such stack, or when it has never been brought up to its end.
 */
export async function stackOutputs(stack: string | undefined): Promise<StackOutputs> {
  const args = ["stack", "output", "--json", ...(stack ? ["--stack", stack] : [])];
  const result = await execa("pulumi", args, { cwd: project, stdin: "ignore", reject: false });
  const printed = jsonOrUndefined(result.stdout ?? "");
  if (result.failed || printed === undefined)
    throw new Error(pulumiTrouble({ ...result, isThere: isOnPath() }));
  const outputs = shape.safeParse(printed);
  if (!outputs.success)
    throw new Error("The stack is not complete: its last update has not come to its end. Run: pulumi up");
  return outputs.data;
}

const isOnPath = () =>
  (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, "pulumi")));
