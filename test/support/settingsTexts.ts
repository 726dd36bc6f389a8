/** A stack's settings, checked as the program does it. */
import { defaultText } from "../../components/settings/fixes.ts";
import { settings } from "../../components/settings/table.ts";
import { checkRawConfig } from "../../program/settings.ts";

/** What the CLI adds from Pulumi.yaml where a stack sets nothing. */
export const defaults = Object.fromEntries(settings.map((setting) => [setting.key, defaultText(setting)]));
export const required = { region: "ams", tailnet: "tail1234.ts.net" };

/** With the defaults, and with what is required. */
export function check(texts: Record<string, string>, encrypted: string[] = []) {
  const values = Object.entries({ ...defaults, ...required, ...texts });
  return checkRawConfig("paperclip", {
    values: Object.fromEntries(values.map(([key, value]) => [`paperclip:${key}`, value])),
    secretKeys: new Set(encrypted.map((key) => `paperclip:${key}`)),
  });
}
