/**
 * All settings. A row is written once, beside the argument that it becomes; Pulumi.yaml's `config`, the README's table, the checks, the
 * defaults and the commands of error texts are made from it.
 */
import { type AgentArgs, agentSettings } from "./agents.ts";
import { type MachineArgs, machineSettings } from "./machine.ts";
import type { Row, Rows } from "./row.ts";
import { type TailnetArgs, tailnetSettings } from "./tailnet.ts";

/** Arguments of PaperclipOnFly. */
export interface PaperclipOnFlyArgs extends MachineArgs, TailnetArgs, AgentArgs {}

const table = {
  ...machineSettings,
  ...agentSettings,
  ...tailnetSettings,
} satisfies Rows<PaperclipOnFlyArgs>;

type Table = typeof table;

/** A setting, whatever its values are. */
export type Setting = Row<PaperclipOnFlyArgs, unknown> & {
  /** Name for `pulumi config`. */
  key: string;
  /** Name among the component's arguments. */
  argument: string;
};

/** Every setting, in the table's order. */
export const settings: readonly Setting[] = Object.entries(table).map(
  ([argument, row]): Setting => ({ key: argument, ...row, argument }),
);

type With<Mark> = { [Argument in keyof Table]: Table[Argument] extends Mark ? Argument : never }[keyof Table];

/** What each stack has to set. */
export type RequiredArgument = With<{ required: true }>;

/** The arguments that the table has a default for. */
type Defaults = Required<Pick<PaperclipOnFlyArgs, With<{ default: unknown }>>>;

export type CompleteArgs = Omit<PaperclipOnFlyArgs, keyof Defaults> & Defaults;

/** The table's types make sure that each argument has a default of its own type. */
const defaults = Object.fromEntries(
  settings.flatMap((setting) => ("default" in setting ? [[setting.argument, setting.default]] : [])),
) as Defaults;

/** The arguments, with the table's defaults for those that are left out. */
export function withDefaults<Args extends Partial<PaperclipOnFlyArgs>>(args: Args): Args & Defaults {
  const given = Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined));
  return { ...args, ...defaults, ...given };
}
