/**
 * What each setting may be, as zod shapes over the texts that Pulumi stores, and what to type where a text is refused.
 */
import { z } from "zod";
import {
  type CredentialSetting,
  credentialProblem,
  rightSetting,
  setAnthropicKey,
  setClaudeToken,
} from "../components/anthropic/credentials.ts";
import * as rules from "../components/settings/rules.ts";
import { megabytes } from "../components/settings/units.ts";
import type { Mistake } from "./mistakes.ts";

type Problem<T> = (value: T) => string | undefined;

const refuse =
  <T>(problem: Problem<T>) =>
  (value: T, context: z.RefinementCtx) => {
    const reason = problem(value);
    if (reason) context.addIssue({ code: "custom", message: reason });
  };

/** Text that has to be there. */
const text = (problem: Problem<string>) =>
  z.string().superRefine(refuse((value) => (value === "" ? "is not set" : problem(value))));

/** Text that may be left empty. */
const optionalText = (problem: Problem<string>) =>
  z.string().superRefine(refuse((value) => (value === "" ? undefined : problem(value))));

type NumberRule = [parse: (text: string) => number | undefined, form: string, problem: Problem<number>];

/** A number, written in a form of its own. */
const number = (...rule: NumberRule) =>
  z.string().transform((value, context) => parsedNumber(rule, value, context));

/** The same, which may be left empty. */
const optionalNumber = (...rule: NumberRule) =>
  z.string().transform((value, context) => (value === "" ? undefined : parsedNumber(rule, value, context)));

function parsedNumber([parse, form, problem]: NumberRule, value: string, context: z.RefinementCtx): number {
  const parsed = parse(value);
  refuse<number | undefined>((n) => (n === undefined ? `is not ${form}` : problem(n)))(parsed, context);
  return parsed ?? Number.NaN;
}

/** JSON text of a shape. */
const json = <T>(shape: z.ZodType<T>, form: string, problem: Problem<T> = () => undefined) =>
  z.string().transform((value, context): T => {
    const parsed = shape.safeParse(parseJson(value));
    if (parsed.success) {
      refuse(problem)(parsed.data, context);
      return parsed.data;
    }
    context.addIssue({ code: "custom", message: `is not ${form}` });
    return z.NEVER;
  });

const yesOrNo = json(z.boolean(), "true or false");

const gigabytes = (size: string) => {
  const mb = megabytes(size);
  return mb === undefined ? undefined : mb / 1024;
};

const wholeNumber = (digits: string) => (/^\d+$/.test(digits) ? Number(digits) : undefined);

const schema = ({ size = "", volumeSize = "" }: Readonly<Record<string, string>>) =>
  z.strictObject({
    region: text(rules.regionProblem),
    tailnet: text(rules.tailnetProblem),
    organization: text(rules.organizationProblem),
    size: text(rules.sizeProblem),
    memory: number(megabytes, "a size like 1gb or 1536mb", (mb) => rules.memoryProblem(mb, size)),
    volumeSize: number(gigabytes, "a size like 3gb", rules.volumeSizeProblem),
    volumeLimit: optionalNumber(gigabytes, "a size like 10gb", (gb) =>
      rules.volumeLimitProblem(gb, gigabytes(volumeSize) ?? 0),
    ),
    snapshotRetention: number(wholeNumber, "a number of days", rules.snapshotRetentionProblem),
    agents: json(z.array(z.string()), 'a list of agents like ["claude", "codex"]', rules.agentsProblem),
    agentsAtOnce: optionalNumber(wholeNumber, "a number of agents", rules.agentsAtOnceProblem),
    appName: optionalText(rules.appNameProblem),
    controlServer: optionalText(rules.controlServerProblem),
    tags: json(z.array(z.string()), 'a list of tags like ["tag:paperclip"]', rules.tagsProblem),
    image: optionalText(rules.imageProblem),
    tailnetHttps: yesOrNo,
    tailscaleUserspace: yesOrNo,
    tailscaleSsh: yesOrNo,
    tailscaleLogs: yesOrNo,
    imageBuildArgs: json(z.record(z.string(), z.string()), "an object of build arguments, NAME to value"),
  });

type Key = keyof z.infer<ReturnType<typeof schema>>;

/** What to type to fix a setting. */
const fixes: Record<Key | "claudeToken" | "anthropicKey" | "extraSecrets", string> = {
  region: "pulumi config set region ams",
  tailnet: "pulumi config set tailnet tail1234.ts.net",
  organization: "pulumi config set organization personal",
  size: "pulumi config set size shared-cpu-1x",
  memory: "pulumi config set memory 1gb",
  volumeSize: "pulumi config set volumeSize 3gb",
  volumeLimit: "pulumi config rm volumeLimit",
  snapshotRetention: "pulumi config set snapshotRetention 5",
  agents: "pulumi config rm agents",
  agentsAtOnce: "pulumi config rm agentsAtOnce",
  appName: "pulumi config set appName my-paperclip",
  controlServer: "pulumi config rm controlServer",
  tags: "pulumi config set --path 'tags[0]' tag:paperclip",
  image: "pulumi config rm image",
  imageBuildArgs: "pulumi config set --path imageBuildArgs.NODE_IMAGE REGISTRY/node:24-trixie-slim",
  tailnetHttps: "pulumi config set tailnetHttps true",
  tailscaleUserspace: "pulumi config set tailscaleUserspace false",
  tailscaleSsh: "pulumi config set tailscaleSsh false",
  tailscaleLogs: "pulumi config set tailscaleLogs false",
  claudeToken: setClaudeToken,
  anthropicKey: setAnthropicKey,
  extraSecrets: "pulumi config set --secret --path extraSecrets.NAME",
};

/** Checks the settings that are no secrets, given as texts by their short keys. */
export function checkSettings(texts: Readonly<Record<string, string>>) {
  const result = schema(texts).safeParse(texts);
  if (result.success) {
    const { memory, volumeSize, volumeLimit, snapshotRetention, ...rest } = result.data;
    const settings = {
      ...rest,
      memoryMb: memory,
      volumeSizeGb: volumeSize,
      volumeLimitGb: volumeLimit,
      snapshotRetentionDays: snapshotRetention,
    };
    return { settings, mistakes: [] };
  }
  return { settings: undefined, mistakes: result.error.issues.flatMap((issue) => mistakesOf(issue, texts)) };
}

function mistakesOf(issue: z.core.$ZodIssue, texts: Readonly<Record<string, string>>): Mistake[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      what: `${key} is not a setting; the settings are ${Object.keys(fixes).join(", ")}`,
      fix: `pulumi config rm ${key}`,
    }));
  }
  const key = issue.path[0] as Key;
  const value = texts[key];
  const quoted = value ? ` "${value}"` : "";
  return [{ what: `${key}${quoted} ${value === undefined ? "is not set" : issue.message}`, fix: fixes[key] }];
}

/** Checks a secret by its names, its size and how it is stored; its value is in no message. */
export function checkSecret(
  key: "claudeToken" | "anthropicKey" | "extraSecrets",
  value: string,
  encrypted: boolean,
): Mistake[] {
  const set = value !== "" && value !== "{}";
  if (!set) return [];
  const fix = fixes[key];
  const inClear = `${key} is stored in clear in the stack's file; replace it after storing it anew`;
  return [
    ...(encrypted ? [] : [{ what: inClear, fix }]),
    ...(key === "extraSecrets" ? checkExtraSecrets(value) : checkCredential(key, value)),
  ];
}

function checkCredential(key: CredentialSetting, value: string): Mistake[] {
  const reason = rules.secretSizeProblem(value) ?? credentialProblem(key, value);
  if (!reason) return [];
  const right = rightSetting(key, value);
  const fix = right ? `${fixes[right]} && pulumi config rm ${key}` : fixes[key];
  return [{ what: `${key} ${reason}`, fix }];
}

function checkExtraSecrets(value: string): Mistake[] {
  const fix = fixes.extraSecrets;
  const parsed = z.record(z.string(), z.string()).safeParse(parseJson(value));
  if (!parsed.success) return [{ what: "extraSecrets is not an object of texts, NAME to value", fix }];
  return Object.entries(parsed.data).flatMap(([name, text]) => {
    const reason = rules.secretNameProblem(name) ?? rules.secretSizeProblem(text);
    return reason
      ? [{ what: `extraSecrets.${name} ${reason}`, fix: `pulumi config rm --path extraSecrets.${name}` }]
      : [];
  });
}

function parseJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
