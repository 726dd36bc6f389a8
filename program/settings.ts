/**
 * The stack's configuration, read, checked and typed: the only file that reads Pulumi's configuration.
 */
import * as pulumi from "@pulumi/pulumi";
import { bothText, keepKey } from "../components/anthropic/credentials.ts";
import { deriveAppName } from "../components/fly/appName.ts";
import { type PaperclipOnFlyArgs, type RequiredArgument, settings } from "../components/settings/table.ts";
import { mistakesText } from "./mistakes.ts";
import { readTexts } from "./settingsSchema.ts";

/** Configuration as the engine hands it over. */
export interface RawConfig {
  /** Texts by full key, e.g. `paperclip:region`. */
  values: Readonly<Record<string, string>>;
  /** The full keys whose values are stored encrypted. */
  secretKeys: ReadonlySet<string>;
}

type Given = Partial<PaperclipOnFlyArgs>;

/** What a stack without mistakes has set at least. */
type Complete = Given & Pick<PaperclipOnFlyArgs, RequiredArgument>;

/**
 * Reads the settings of the current stack.
 *
 * @throws pulumi.RunError naming every mistake at once, each with the `pulumi config set …` line that fixes it. A secret's value is
 *   never part of it.
 */
export function readSettings(): PaperclipOnFlyArgs {
  const project = pulumi.getProject();
  const raw: RawConfig = { values: pulumi.runtime.allConfig(), secretKeys: new Set(secretConfigKeys()) };
  const { settings, mistakes, warnings } = checkRawConfig(project, raw);
  for (const warning of warnings) pulumi.log.warn(warning);
  if (!settings) throw new pulumi.RunError(mistakesText(`stack ${pulumi.getStack()}`, mistakes));
  return { ...settings, appName: settings.appName ?? deriveAppName(project, pulumi.getStack()) };
}

/** Checks a whole configuration; `settings` is there only when there is no mistake. `warnings` keep nothing from being made. */
export function checkRawConfig(project: string, raw: RawConfig) {
  const prefix = `${project}:`;
  const own = (key: string) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []);
  const texts = Object.fromEntries(
    Object.entries(raw.values).flatMap(([full, value]) => own(full).map((key) => [key, value])),
  );
  const encrypted = new Set([...raw.secretKeys].flatMap(own));
  const { args, mistakes } = readTexts({ texts, encrypted });
  const both = bothText({
    claudeToken: Boolean(texts.claudeToken),
    anthropicKey: Boolean(texts.anthropicKey),
  });
  const warnings = both ? [`${both}. To keep only the key: ${keepKey}`] : [];
  return {
    settings: mistakes.length === 0 && isComplete(args) ? markSecrets(args) : undefined,
    mistakes,
    warnings,
  };
}

/** Which values are stored encrypted, as the engine tells every program (Pulumi's API for it is internal). */
const secretConfigKeys = () => JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS ?? "[]") as string[];

const isComplete = (args: Given): args is Complete => {
  const given = new Set(Object.keys(args));
  return settings.every((setting) => !("required" in setting) || given.has(setting.argument));
};

/** Only an Output keeps its mark on the way into the state. */
function markSecrets(args: Complete): Complete {
  const values = new Map<string, unknown>(Object.entries(args));
  const secrets = settings.filter(({ secret, argument }) => secret && values.has(argument));
  const marked = secrets.map(({ argument }) => [argument, pulumi.secret(values.get(argument))]);
  return { ...args, ...Object.fromEntries(marked) };
}
