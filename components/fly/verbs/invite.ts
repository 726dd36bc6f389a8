/** The first administrator's invitation, asked of the machine. */
import { z } from "zod";
import type { VerbInputs } from "../../verb.ts";
import { flyctlJson } from "../flyctl.ts";

const answer = z.object({
  exit_code: z.number().default(0),
  stdout: z.string().default(""),
  stderr: z.string().default(""),
});

/** Exit status of paperclip-invite when the instance has an administrator and needs no invitation. */
const hasAdministrator = 3;

export async function create({ input, progress }: VerbInputs) {
  const [app, machine] = [input("APP"), input("MACHINE_ID")];
  progress("asking the machine for the first administrator's invitation");
  const { exit_code, stdout, stderr } = await flyctlJson(
    app,
    ["machine", "exec", machine, "paperclip-invite", "--app", app],
    answer,
  );
  if (exit_code === hasAdministrator) return { inviteUrl: "" };
  if (exit_code !== 0) throw new Error(`The machine gave no invitation: ${stderr.trim()}`);
  return { inviteUrl: stdout.trim() };
}

/** An invitation that was given stays given; a new one is asked for with `flyctl machine exec MACHINE paperclip-invite`. */
export async function update({ previous }: VerbInputs) {
  return previous;
}

export async function remove() {}
