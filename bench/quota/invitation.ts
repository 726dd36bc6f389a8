/** The first administrator's invitation, from the command that an operator types in a machine of either side. */
import type { Side } from "../figures.ts";
import type { FlyMachine } from "./flyMachine.ts";

const recipe = [
  "env",
  "HOME=/home/node",
  "node",
  "/usr/local/lib/node_modules/paperclipai/dist/index.js",
  "auth",
  "bootstrap-ceo",
];

/** Its link, or undefined if the machine has none yet. */
export async function invitation(side: Side, machine: FlyMachine): Promise<string | undefined> {
  const [words, user] = side === "ours" ? [["paperclip-invite"], "root"] : [recipe, "node"];
  const printed = await machine.exec(words, user).catch(() => "");
  return /https:\/\/\S+\/invite\/\w+/.exec(printed)?.[0];
}
