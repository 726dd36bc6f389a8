import { execa } from "execa";
import { z } from "zod";
import { parseJson } from "../components/json.ts";

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
 * @throws Error when there is no such stack, or when it has never been brought up to its end.
 */
export async function stackOutputs(stack: string | undefined): Promise<StackOutputs> {
  const args = ["stack", "output", "--json", ...(stack ? ["--stack", stack] : [])];
  const { code, failed, stdout, stderr } = await execa("pulumi", args, { reject: false });
  if (code === "ENOENT")
    throw new Error("pulumi is not on the PATH. Install it: curl -fsSL https://get.pulumi.com | sh");
  if (failed) throw new Error(stderr.trim());
  const outputs = shape.safeParse(parseJson(stdout, "what `pulumi stack output` printed"));
  if (!outputs.success)
    throw new Error("The stack is not complete: its last update has not come to its end. Run: pulumi up");
  return outputs.data;
}
