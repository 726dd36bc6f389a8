/** The commands that set and fix settings, and their values as texts. */
import * as commands from "./commands.ts";
import type { PaperclipOnFlyArgs, Setting } from "./table.ts";

/** What Pulumi.yaml has where a stack sets nothing: empty means "not set". */
export const defaultText = (setting: Setting): string =>
  "default" in setting ? setting.form.codec.encode(setting.default) : "";

/** A text that the setting takes; undefined for a secret, of which no file has one. */
export const exampleText = (setting: Setting): string | undefined =>
  "example" in setting && setting.example !== undefined ? setting.example : defaultText(setting) || undefined;

/** The command that sets it. */
export function setCommand({ set, ...setting }: Setting): string {
  if (set) return set;
  return setting.secret
    ? commands.settingSecret(setting.key)
    : commands.setting(setting.key, exampleText(setting) ?? "");
}

/** The command that fixes it, given its value, which is undefined where it could not be read. */
export function fixOf(setting: Setting, value?: unknown, others: Partial<PaperclipOnFlyArgs> = {}): string {
  const { key, fix, fixFor, secret } = setting;
  if (fixFor) return fixFor(value, others);
  return fix ?? ("unset" in setting && !secret ? commands.removal(key) : setCommand(setting));
}
