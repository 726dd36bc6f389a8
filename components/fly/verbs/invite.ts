/** The first administrator's invitation, asked of the machine, which makes it at its start. */
import type { VerbInputs } from "../../verb.ts";
import { execUntilAnswered } from "../exec.ts";

/** Exit status of paperclip-invite when the instance has an administrator and needs no invitation. */
const hasAdministrator = 3;

export async function create({ input, progress }: VerbInputs) {
  const [app, machine] = [input("APP"), input("MACHINE_ID")];
  progress("asking the machine for the first administrator's invitation");
  const isAnswer = (exitCode: number) => exitCode === hasAdministrator;
  const { exit_code, stdout } = await execUntilAnswered(app, machine, "paperclip-invite", {
    progress,
    isAnswer,
  });
  return { inviteUrl: exit_code === hasAdministrator ? "" : stdout.trim() };
}

/** An invitation that was given stays given; a new one is asked for with `flyctl machine exec MACHINE paperclip-invite`. */
export async function update({ previous }: VerbInputs) {
  return previous;
}

export async function remove() {}
