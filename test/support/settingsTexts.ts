/** Checks a stack's settings as the program does. */
import { defaultText } from "../../components/settings/fixes.ts";
import { settings } from "../../components/settings/table.ts";
import { checkRawConfig } from "../../program/settings.ts";

/** What the CLI adds from Pulumi.yaml if a stack does not set it. */
export const defaults = Object.fromEntries(settings.map((setting) => [setting.key, defaultText(setting)]));
export const required = { region: "ams", tailnet: "tail1234.ts.net" };

/** Checks settings, together with the defaults and the required ones. */
export function check(texts: Record<string, string>, encrypted: string[] = []) {
  const values = Object.entries({ ...defaults, ...required, ...texts });
  return checkRawConfig("paperclip", {
    values: Object.fromEntries(values.map(([key, value]) => [`paperclip:${key}`, value])),
    secretKeys: new Set(encrypted.map((key) => `paperclip:${key}`)),
  });
}
