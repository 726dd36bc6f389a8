// Check of a planned resource: types, required and read-only attributes, and each attribute's own rule.
import { type PropertyMap, Secret, UNKNOWN, type Value } from "../properties.ts";
import { type CheckCall, type CheckFailure, type CheckResult, notServedText } from "../provider.ts";
import { type Attribute, encodeInputs, type Schema } from "./schema.ts";

const readOnly =
  "Invalid Configuration for Read-Only Attribute. Cannot set value for this attribute as the provider has marked it as " +
  "read-only. Remove the configuration line setting the value.\n\nRefer to the provider documentation or contact the provider " +
  "developers for additional information about configurable and read-only attributes that are supported.";

const notAnInteger = (value: Value) =>
  "Configuration Read Error. An unexpected error was encountered trying to convert an attribute value from the configuration. " +
  "This is always an error in the provider. Please report the following to the provider developer:\n\n" +
  `Error: Value %!s(*big.Float=${String(value)}) is not an integer.`;

function duplicate(value: Value): string | undefined {
  if (!Array.isArray(value)) return undefined;
  const item = value.find((candidate, i) => candidate !== UNKNOWN && value.indexOf(candidate) !== i);
  return item === undefined
    ? undefined
    : `Duplicate Set Element. This attribute contains duplicate values of: tftypes.String<"${String(item)}">`;
}

function refusal(attribute: Attribute, value: Value): string | undefined {
  if (value === null) return undefined;
  if (attribute.setBy === "provider") return readOnly;
  if (value === UNKNOWN) return undefined;
  if (attribute.type === "integer" && !Number.isInteger(value)) return notAnInteger(value);
  return (attribute.type === "stringSet" ? duplicate(value) : undefined) ?? attribute.refuse?.(value);
}

/** Sensitive inputs leave Check as secrets, so that they do not show in previews. */
export function markSecrets(schema: Schema, properties: PropertyMap): PropertyMap {
  const mark = (name: string, value: Value) =>
    schema[name]?.secret && value !== UNKNOWN && value !== null ? new Secret(value) : value;
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, mark(name, value)]));
}

/** The engine prints a reason as it is, so the reason says where to look. The property is left empty as in the real plugins. */
export function checkPlanned(
  { plugin, schema, inputs }: { plugin: string; schema: Schema; inputs: readonly string[] },
  { news, name }: CheckCall,
): CheckResult {
  const config = encodeInputs(schema, news, "cannot encode resource inputs to call ValidateResourceConfig: ");
  const failures: CheckFailure[] = [];
  const fail = (reason: string) => failures.push({ property: "", reason });
  const failAt = (property: string, reason: string) =>
    fail(`${reason}. Examine values at '${name}.${property}'.`);
  for (const [property, attribute] of Object.entries(schema)) {
    const value = config[property] ?? null;
    if (value === null && attribute.required) {
      fail(`Missing required property '${property}': ${attribute.required.description}`);
    }
    const reason = refusal(attribute, value);
    if (reason) failAt(property, reason);
  }
  const isServed = (property: string) => inputs.includes(property) || schema[property]?.setBy === "provider";
  for (const [property, value] of Object.entries(news)) {
    if (value !== null && !isServed(property))
      failAt(property, notServedText(plugin, `the property '${property}'`));
  }
  return { inputs: markSecrets(schema, news), failures };
}
