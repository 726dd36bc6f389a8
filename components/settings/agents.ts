/** Settings of the agents and of the secrets that they and Paperclip get. */
import type { Input } from "@pulumi/pulumi";
import {
  type CredentialSetting,
  credentialProblem,
  rightSetting,
  setAnthropicKey,
  setClaudeToken,
} from "../anthropic/credentials.ts";
import { entryPath, removal, settingSecret } from "./commands.ts";
import { count, list, text, texts, yesOrNo } from "./forms.ts";
import type { Rows } from "./row.ts";
import * as rules from "./rules.ts";

export interface AgentArgs {
  /** Agents whose programs the image carries and that Paperclip offers, of `claude` and `codex`. Default: `claude`. */
  agents?: string[];
  /** Tools for agents in the image, of `base`, which every image has, and `native`. Default: `base`. */
  tools?: string[];
  /** How many agents work at once, at most, 1 to 50; further runs wait. Default: what memory and CPU have room for (see agentsAtOnce.ts). */
  agentsAtOnce?: number;
  /** Anthropic API key for the agents. It goes before a token. Default: none. */
  anthropicKey?: Input<string>;
  /** Token of a Claude subscription for the agents, of the account's owner himself. Default: none. */
  claudeToken?: Input<string>;
  /**
   * Whether Paperclip offers the `claudeToken` to everybody who hires an agent. Default: true. Without it only agents use it that have no
   * account of their own.
   */
  offerClaudeToken?: boolean;
  /** Further secrets for Paperclip and its agents, by the names of their environment variables. Default: none. */
  extraSecrets?: Input<Record<string, Input<string>>>;
}

const commands: Record<CredentialSetting, string> = {
  anthropicKey: setAnthropicKey,
  claudeToken: setClaudeToken,
};

/** A credential in the wrong setting moves to its own. */
const credentialFix = (setting: CredentialSetting) => (value: string | undefined) => {
  const right = value === undefined ? undefined : rightSetting(setting, value);
  return right ? `${commands[right]} && ${removal(setting)}` : commands[setting];
};

/** Each by its name. Pulumi puts an entry into an object only, and what cannot be read is hardly one. */
const extraSecretsFix = (secrets: Record<string, string> | undefined) =>
  [
    ...(secrets ? [] : [removal("extraSecrets")]),
    ...Object.keys(secrets ?? { NAME: "" }).map((name) => settingSecret(entryPath("extraSecrets", name))),
  ].join(" && ");

const credentialRule = (setting: CredentialSetting) => (value: string) =>
  rules.secretSizeProblem(value) ?? credentialProblem(setting, value);

export const agentSettings = {
  agents: {
    form: list('a list of agents like ["claude", "codex"]'),
    rule: rules.agentsProblem,
    default: ["claude"],
    says: "Agents to install in the image, of `claude` and `codex`; Paperclip offers these, and adapters that need no program",
    more:
      "With `codex` (`--path 'agents[0]' claude`, `--path 'agents[1]' codex`) the image is 390 MB larger; Codex finds its `OPENAI_API_KEY` " +
      "in `extraSecrets`",
    fix: removal("agents"),
  },
  tools: {
    form: list('a list of tools like ["base", "native"]'),
    rule: rules.toolsProblem,
    default: ["base"],
    says: "Tools for agents to install in the image, of `base` and `native`",
    more:
      "`base` is what [every image has](docs/tools.md). With `native` (`--path 'tools[0]' base`, `--path 'tools[1]' native`), which compiles " +
      "npm's and pip's packages in C++ and for Python, the image is 71 MB larger",
    fix: removal("tools"),
  },
  agentsAtOnce: {
    form: count("agents"),
    rule: rules.agentsAtOnceProblem,
    unset: "what fits",
    example: "2",
    says: "How many agents work at once, at most; further runs wait",
    more:
      "Each takes 300 MB of memory, and a shared vCPU is enough for 2: so 1 fits with the defaults, 2 with a `memory` of `1280mb` or more, " +
      "4 on `shared-cpu-2x` with `2gb`",
  },
  anthropicKey: {
    form: text,
    rule: credentialRule("anthropicKey"),
    unset: "none",
    secret: true,
    says: "Anthropic API key, the credential for a client's agents",
    fixFor: credentialFix("anthropicKey"),
  },
  claudeToken: {
    form: text,
    rule: credentialRule("claudeToken"),
    unset: "none",
    secret: true,
    says: "Token of a Claude subscription, from `claude setup-token`, only for the account's owner himself",
    set: setClaudeToken,
    fixFor: credentialFix("claudeToken"),
  },
  offerClaudeToken: {
    form: yesOrNo,
    unset: "`true`",
    example: "false",
    says: "Whether Paperclip offers `claudeToken` to all who hire an agent; `false` leaves it to agents that have no account of their own",
    more:
      "By Anthropic's terms only the owner of the account is allowed to use its token: so `false` in a company of several people, who then " +
      "connect API keys of their own",
    fix: removal("offerClaudeToken"),
  },
  extraSecrets: {
    form: texts("an object of texts, NAME to value"),
    entryRule: (name, value) => rules.secretNameProblem(name) ?? rules.secretSizeProblem(value),
    default: {},
    secret: true,
    says: "Further environment variables for Paperclip and its agents, NAME to value, of 100 KB each at most",
    more: "[variables.md](docs/variables.md) has the names that are taken",
    set: settingSecret(entryPath("extraSecrets", "NAME")),
    fixFor: extraSecretsFix,
  },
} satisfies Rows<AgentArgs>;
