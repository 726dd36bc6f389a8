/**
 * What the two credentials for Claude look like, and what happens to them on the way from a terminal or a web page into a setting. Anthropic
 * does not publish their form and can change it, so only a value that is certainly wrong is refused. Each function returns the reason, or
 * undefined where the value can be right. No reason contains any part of the value.
 */

export type CredentialSetting = "claudeToken" | "anthropicKey";

/** Takes the token on two lines, as `claude setup-token` prints it, and stores it as one. */
export const setClaudeToken = "tr -d '[:space:]' | pulumi config set --secret claudeToken";

export const setAnthropicKey = "pulumi config set --secret anthropicKey";

/** Characters of a whole credential: both forms of today have 108. A terminal of 80 columns shows 80 of them on the first line. */
const wholeLength = 108;

/** Shorter ones of today's forms are cut off; the rest is room for forms that differ by a few characters. */
const leastLength = 100;

/** What a credential of this form is for, by how it begins. */
const forms: readonly { begins: string; setting: CredentialSetting | undefined; what: string }[] = [
  { begins: "sk-ant-oat", setting: "claudeToken", what: "the token of a Claude subscription" },
  { begins: "sk-ant-api", setting: "anthropicKey", what: "an Anthropic API key" },
  { begins: "sk-ant-admin", setting: undefined, what: "an Anthropic admin key, which no model answers" },
  { begins: "sk-ant-ort", setting: undefined, what: "a refresh token, which works in one sign-in only" },
];

const formOf = (value: string) => forms.find(({ begins }) => value.startsWith(begins));

/** The other setting, where the value belongs there. */
export function rightSetting(setting: CredentialSetting, value: string): CredentialSetting | undefined {
  const right = formOf(value)?.setting;
  return right === setting ? undefined : right;
}

/** Why a value is not the setting's credential. Gateways issue keys in forms of their own, so an API key can begin with anything else. */
export function credentialProblem(setting: CredentialSetting, value: string): string | undefined {
  const form = formOf(value);
  if (form && form.setting !== setting) {
    return form.setting
      ? `is ${form.what}, and that is the setting ${form.setting}`
      : `is ${form.what}; the setting takes ${wanted[setting]}`;
  }
  if (/\s/.test(value)) return `has blanks or line breaks in it. ${onOneLine[setting]}`;
  if (isCut(value)) {
    return `is cut off: it has ${value.length} characters, and a whole one has ${wholeLength}. ${onOneLine[setting]}`;
  }
  if (setting === "claudeToken" && !form) {
    return "is not a token from `claude setup-token`, which begins with sk-ant-oat";
  }
  return undefined;
}

function isCut(value: string): boolean {
  if (/^sk-ant-(oat01|api03)-/.test(value)) return value.length < leastLength;
  // A later form can be shorter, but is unlikely to end exactly where a terminal's first line ends.
  return /^sk-ant-(oat|api)\d/.test(value) && [79, 80].includes(value.length);
}

/** What to say of a stack that has both credentials; undefined where it has not. */
export const bothText = (has: Readonly<Record<CredentialSetting, boolean>>): string | undefined =>
  has.claudeToken && has.anthropicKey
    ? "claudeToken and anthropicKey are both set: agents use the key, which is billed by use, unless they are given the token's account"
    : undefined;

/** Leaves a stack that has both credentials with the one that its agents use. */
export const keepKey = "pulumi config rm claudeToken && pulumi up";

const wanted = {
  claudeToken: "a token from `claude setup-token`, which begins with sk-ant-oat",
  anthropicKey: "an API key, which begins with sk-ant-api",
};

const onOneLine = {
  claudeToken:
    "`claude setup-token` prints the token on two lines. The command below takes both: paste them, then press Enter and Ctrl-D",
  anthropicKey: "Copy the whole key; the command below asks for it",
};
