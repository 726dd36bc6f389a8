/** The settings' texts, as Pulumi stores them, become the component's arguments; and what to type where a text is refused. */
import { problemsOf } from "../components/settings/args.ts";
import { entryPath, removal } from "../components/settings/commands.ts";
import { defaultText, fixOf } from "../components/settings/fixes.ts";
import {
  type PaperclipOnFlyArgs,
  type Setting,
  settings,
  withDefaults,
} from "../components/settings/table.ts";
import type { Mistake } from "./mistakes.ts";

type Given = Partial<PaperclipOnFlyArgs>;

/** Texts by their short keys, and the keys of those that are stored encrypted. */
export interface Texts {
  texts: Readonly<Record<string, string>>;
  encrypted: ReadonlySet<string>;
}

/** All mistakes at once, and the arguments that could be read. Secrets are plain values, and in no mistake. */
export function readTexts({ texts, encrypted }: Texts): { args: Given; mistakes: Mistake[] } {
  const read = settings.map((setting) => ({ setting, ...readText(setting, texts[setting.key]) }));
  // The table's types make sure that each form makes a value of its argument's type.
  const args = Object.fromEntries(
    read.flatMap(({ setting, value }) => (value === undefined ? [] : [[setting.argument, value]])),
  ) as Given;
  const unread = new Set(read.flatMap(({ setting, reason }) => (reason ? [setting.argument] : [])));
  // A text that could not be read is not its default either.
  const others = Object.fromEntries(
    Object.entries(withDefaults(args)).filter(([argument]) => !unread.has(argument)),
  ) as Given;

  const mistakes = read.flatMap(({ setting, value, reason }) => {
    const fix = fixOf(setting, value, others);
    return [
      ...(isInClear(setting, texts[setting.key], encrypted) ? [{ what: inClear(setting), fix }] : []),
      ...(reason ? [{ what: `${quoted(setting, texts)} ${reason}`, fix }] : []),
      ...(value === undefined ? [] : mistakesOf(setting, value, others, texts)),
    ];
  });
  return { args, mistakes: [...mistakes, ...unknown(Object.keys(texts))] };
}

/** No text is no value: the component has the default. */
function readText(setting: Setting, text: string | undefined): { value?: unknown; reason?: string } {
  if (text === undefined && !("required" in setting)) return {};
  if (text === "" && "unset" in setting) return {};
  if (!text) return { reason: "is not set" };
  const { success, data } = setting.form.codec.safeDecode(text);
  return success ? { value: data } : { reason: `is not ${setting.form.words}` };
}

function mistakesOf(setting: Setting, value: unknown, others: Given, texts: Texts["texts"]): Mistake[] {
  return problemsOf(setting, value, others).map(({ entry, reason }) =>
    entry === undefined
      ? { what: `${quoted(setting, texts)} ${reason}`, fix: fixOf(setting, value, others) }
      : { what: `${setting.key}.${entry} ${reason}`, fix: removal(entryPath(setting.key, entry)) },
  );
}

/** The setting with its text, if it is no secret. */
function quoted({ key, secret }: Setting, texts: Texts["texts"]): string {
  return secret || !texts[key] ? key : `${key} "${texts[key]}"`;
}

/** A default is no secret. */
const isInClear = (setting: Setting, text: string | undefined, encrypted: ReadonlySet<string>): boolean =>
  setting.secret === true &&
  !["", undefined, defaultText(setting)].includes(text) &&
  !encrypted.has(setting.key);

const inClear = ({ key }: Setting) =>
  `${key} is stored in clear in the stack's file; replace it after storing it anew`;

function unknown(keys: readonly string[]): Mistake[] {
  const known = settings.map(({ key }) => key);
  return keys
    .filter((key) => !known.includes(key))
    .map((key) => ({
      what: `${key} is not a setting; the settings are ${known.join(", ")}`,
      fix: removal(key),
    }));
}
