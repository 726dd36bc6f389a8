/** The one check of settings, which the stack's texts and the component's arguments share. */
import * as pulumi from "@pulumi/pulumi";
import { type CompleteArgs, type PaperclipOnFlyArgs, type Setting, settings, withDefaults } from "./table.ts";

export type { CompleteArgs, PaperclipOnFlyArgs } from "./table.ts";

interface Problem {
  /** The entry of an object that is meant; undefined: the whole value. */
  entry?: string;
  reason: string;
}

/** Why a value is refused. `others` has the other arguments, as far as they could be read. */
export function problemsOf(setting: Setting, value: unknown, others: Partial<PaperclipOnFlyArgs>): Problem[] {
  const whole = setting.rule?.(value, others);
  const entries = Object.entries(setting.entryRule && value ? value : {});
  return [
    ...(whole ? [{ reason: whole }] : []),
    ...entries.flatMap(([entry, one]) => {
      const reason = setting.entryRule?.(entry, one);
      return reason ? [{ entry, reason }] : [];
    }),
  ];
}

/**
 * Checks the arguments and adds the defaults. It does not check secrets: those can be outputs, whose values come later.
 *
 * @throws pulumi.InputPropertiesError with every argument that is wrong, by its property path.
 */
export function checkArgs(args: PaperclipOnFlyArgs): CompleteArgs {
  const complete = withDefaults(args);
  const values = new Map<string, unknown>(Object.entries(complete));
  const errors = settings.flatMap((setting) => {
    const value = values.get(setting.argument);
    if (setting.secret || value === undefined) return [];
    return problemsOf(setting, value, complete).map(({ entry, reason }) => ({
      propertyPath: entry === undefined ? setting.argument : `${setting.argument}.${entry}`,
      reason: `${JSON.stringify(value)} ${reason}`,
    }));
  });
  if (errors.length > 0)
    throw new pulumi.InputPropertiesError({ message: "PaperclipOnFly cannot be made", errors });
  return complete;
}
