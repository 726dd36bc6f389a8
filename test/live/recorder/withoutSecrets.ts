/** Removes secrets from a recording: by the names of fields, by the forms of secrets, and by the values in this run's environment. */
import { redact } from "../../../local/fly/redact.ts";
import { secretForms } from "../../support/secretForms.ts";

const hidden = "[redacted]";

/** The forms of tokens of Fly.io, Tailscale and Anthropic, of JSON Web Tokens, and of the first administrator's invitation. */
const forms = [
  /\bfm[12]_[\w+/=-]+/g,
  /\bfo1_[\w-]+/g,
  /\bFlyV1 [^\s"\\]+/g,
  /\btskey-[\w-]+/g,
  /\bsk-ant-[\w-]+/g,
  /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g,
  /\bpcp_[\w-]+/g,
];

/** Variables whose values are secrets. */
const variables = /TOKEN|SECRET|KEY|PASSPHRASE/;

export function withoutSecrets<T>(
  recording: T,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): T {
  const known = Object.entries(environment).flatMap(([name, value]) =>
    variables.test(name) && value !== undefined && value.length >= 8 ? secretForms(value) : [],
  );
  const hide = (text: string) =>
    forms.reduce(
      (rest, form) => rest.replaceAll(form, hidden),
      known.reduce((rest, { text: secret }) => rest.replaceAll(secret, hidden), text),
    );
  return everyText(withoutSecretValues(redact(recording)), hide) as T;
}

/** An app's secrets are sent as `{key, value}`. */
function withoutSecretValues(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecretValues);
  if (value === null || typeof value !== "object") return value;
  const isSecret = "key" in value && "value" in value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name,
      isSecret && name === "value" ? hidden : withoutSecretValues(one),
    ]),
  );
}

function everyText(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((one) => everyText(one, change));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, everyText(one, change)]));
}
