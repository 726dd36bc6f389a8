/** Whether the agents have what they need: their programs, and a credential that Anthropic accepts. */
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { bothText, keepKey, setAnthropicKey } from "../components/anthropic/credentials.ts";
import { replaceToken } from "../components/anthropic/tokenYear.ts";
import { type CredentialVariable, lists, variables } from "../components/settings/variables.ts";
import { type Finding, ok, problem } from "./finding.ts";

/** What `paperclip-model` prints. */
export const modelShape = z.object({
  /** Agents of the stack's setting whose programs the image has not. */
  missing: z.array(z.string()).default([]),
  /** Name of the secret that the agents' programs use; null: there is none. */
  credential: z.enum(lists.credentials).nullable(),
  /** Whether there are both. */
  both: z.boolean().default(false),
  /** Whether the answer is still being waited for. Undefined: the image is from a time when another client asked. */
  asking: z.boolean().optional(),
  /** HTTP status of Anthropic's answer; 0: there was none. */
  status: z.number(),
  /** Anthropic's word for the kind of error. */
  kind: z.string().default(""),
  /** Anthropic's sentence. */
  message: z.string(),
  /** When a limit ends, in seconds since 1970; 0: not told. */
  until: z.number().default(0),
});

export type ModelAnswer = z.infer<typeof modelShape>;

/** Times that the machine is asked. It takes up to 20 s each, so this is enough for a machine that has no CPU saved. */
const mostTimes = 12;

/**
 * Asks the machine until it has Anthropic's answer.
 *
 * @param ask what it prints now; undefined where the machine's image is from before this question
 * @param progress tells people that it takes a while
 * @param pause until it is asked again; one whose question was cut off answers at once
 * @returns still `asking` when it takes too long
 */
export async function modelAnswer(
  ask: () => Promise<ModelAnswer | undefined>,
  progress: (line: string) => void,
  pause: () => Promise<unknown> = () => delay(1000),
): Promise<ModelAnswer | undefined> {
  let answer = await ask();
  for (let times = 1; answer?.asking && times < mostTimes; times += 1) {
    if (times === 1)
      progress("waits for Anthropic's answer, up to some minutes on a machine that has no CPU saved …");
    await pause();
    answer = await ask();
  }
  return answer;
}

/** @param model undefined where the machine's image is from before this question */
export function modelFindings(model: ModelAnswer | undefined): Finding[] {
  if (!model || (model.credential === "CLAUDE_CODE_OAUTH_TOKEN" && model.asking === undefined))
    return [
      problem("agents", "cannot be asked for their credential for Claude", "pulumi up"),
      ...programFindings(model),
    ];
  const both = model.both && bothText({ claudeToken: true, anthropicKey: true });
  return [
    credentialFinding(model),
    ...(both ? [problem("agents", both, keepKey)] : []),
    ...programFindings(model),
  ];
}

const again = "npm run doctor";
const useKey = `${setAnthropicKey} && pulumi up`;
const useKeyInstead = `${setAnthropicKey} && ${keepKey}`;

/** What to type to replace a credential or to do without it, by its name in the machine. */
const repairs: Record<CredentialVariable, { replace: string; instead: string }> = {
  CLAUDE_CODE_OAUTH_TOKEN: {
    replace: `claude setup-token, then: ${replaceToken}`,
    instead: useKeyInstead,
  },
  ANTHROPIC_API_KEY: {
    replace: useKey,
    instead: "see https://platform.claude.com/settings/billing, then: npm run doctor",
  },
};

function credentialFinding({ credential, asking, status, kind, message, until }: ModelAnswer): Finding {
  if (credential === null) return problem("agents", "have no credential for Claude", useKey);
  const { setting } = variables[credential];
  const { replace, instead } = repairs[credential];
  if (asking) return problem("agents", `Anthropic's answer to their ${setting} is not there yet`, again);
  const said = message ? `: ${message}` : "";
  const accepts = `Anthropic accepts their ${setting}`;
  if (status === 200) return ok("agents", accepts);
  if (status === 401) return problem("agents", `Anthropic refuses the stack's ${setting}${said}`, replace);
  if (status === 429)
    return ok("agents", `${accepts}; limit reached${until ? ` until ${minuteOf(until)}` : ""}${said}`);
  if (status === 404 && kind === "not_found_error")
    return ok("agents", `${accepts}; the model that was asked is gone${said}`);
  if (status === 403)
    return problem(
      "agents",
      `Anthropic does not let them ask with their ${setting} (HTTP 403)${said}`,
      instead,
    );
  if (status >= 400 && status < 500)
    return problem("agents", `Anthropic answers their ${setting} with HTTP ${status}${said}`, instead);
  return problem(
    "agents",
    status === 0 ? `Anthropic does not answer the machine${said}` : `Anthropic answers HTTP ${status}${said}`,
    `see https://status.anthropic.com, then: ${again}`,
  );
}

/** In UTC, e.g. 2026-11-28 15:00 UTC. */
const minuteOf = (seconds: number) =>
  `${new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ")} UTC`;

function programFindings(model: ModelAnswer | undefined): Finding[] {
  if (!model || model.missing.length === 0) return [];
  const names = model.missing.join(", ");
  return [
    problem(
      "agents",
      `the image has no program of ${names}, so Paperclip does not offer it`,
      `an image built with ADAPTERS="claude ${model.missing.join(" ")}", or pulumi config rm image, then pulumi up`,
    ),
  ];
}
