/**
 * The stack's configuration, read, checked and typed: the only file that reads Pulumi's configuration.
 */
import * as pulumi from "@pulumi/pulumi";
import { bothText, keepKey } from "../components/anthropic/credentials.ts";
import { deriveAppName } from "../components/fly/appName.ts";
import type { PaperclipOnFlyArgs } from "../components/settings/args.ts";
import { type Mistake, mistakesText } from "./mistakes.ts";
import { checkSecret, checkSettings } from "./settingsSchema.ts";

/** Configuration as the engine hands it over. */
export interface RawConfig {
  /** Texts by full key, e.g. `paperclip:region`. */
  values: Readonly<Record<string, string>>;
  /** The full keys whose values are stored encrypted. */
  secretKeys: ReadonlySet<string>;
}

const secretKeys = ["claudeToken", "anthropicKey", "extraSecrets"] as const;

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

  const config = new pulumi.Config(project);
  // Secrets stay Outputs: only they keep their mark on the way into the state.
  const optionalSecret = (key: string) =>
    raw.values[`${project}:${key}`] ? config.requireSecret(key) : undefined;
  const { appName, image, controlServer, ...rest } = settings;
  return withoutUndefined({
    ...rest,
    appName: appName || deriveAppName(project, pulumi.getStack()),
    image: image || undefined,
    controlServer: controlServer || undefined,
    claudeToken: optionalSecret("claudeToken"),
    anthropicKey: optionalSecret("anthropicKey"),
    extraSecrets: config.getSecretObject<Record<string, string>>("extraSecrets"),
  });
}

/** Checks a whole configuration; `settings` is there only when there is no mistake. `warnings` keep nothing from being made. */
export function checkRawConfig(project: string, raw: RawConfig) {
  const prefix = `${project}:`;
  const own = Object.fromEntries(
    Object.entries(raw.values)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), value]),
  );
  const plain = Object.fromEntries(Object.entries(own).filter(([key]) => !isSecretKey(key)));
  const { settings, mistakes } = checkSettings(plain);
  const all: Mistake[] = [
    ...mistakes,
    ...secretKeys.flatMap((key) => checkSecret(key, own[key] ?? "", raw.secretKeys.has(prefix + key))),
  ];
  const both = bothText({ claudeToken: Boolean(own.claudeToken), anthropicKey: Boolean(own.anthropicKey) });
  const warnings = both ? [`${both}. To keep only the key: ${keepKey}`] : [];
  return { settings: all.length === 0 ? settings : undefined, mistakes: all, warnings };
}

/** Which values are stored encrypted, as the engine tells every program (Pulumi's API for it is internal). */
const secretConfigKeys = () => JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS ?? "[]") as string[];

const isSecretKey = (key: string) => (secretKeys as readonly string[]).includes(key);

/** The arguments' optional fields are absent rather than undefined, so that the state holds no empty entries. */
function withoutUndefined<T extends object>(fields: T): PaperclipOnFlyArgs {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as unknown as PaperclipOnFlyArgs;
}
