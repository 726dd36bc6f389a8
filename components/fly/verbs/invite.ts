/** The first administrator's invitation, asked of the machine, which makes it at its start. */
import { z } from "zod";
import type { VerbInputs } from "../../verbInputs.ts";
import { execUntilAnswered } from "../exec.ts";

/** Exit status of paperclip-invite when the instance has an administrator and needs no invitation. */
const hasAdministrator = 3;

type Inputs = VerbInputs<"APP" | "MACHINE_ID">;

const printed = z.object({ inviteUrl: z.string() });

export async function create({ input, progress }: Inputs) {
  const [app, machine] = [input("APP"), input("MACHINE_ID")];
  progress("asking the machine for the first administrator's invitation");
  const isAnswer = (exitCode: number) => exitCode === hasAdministrator;
  const { exit_code, stdout } = await execUntilAnswered(app, machine, "paperclip-invite", {
    progress,
    isAnswer,
  });
  return { inviteUrl: exit_code === hasAdministrator ? "" : stdout.trim() };
}

/** An invitation that was given stays as it is. Ask for another one with `flyctl machine exec MACHINE paperclip-invite`. */
export const update = async ({ previous }: Inputs) => previous(printed);

export async function remove() {}
