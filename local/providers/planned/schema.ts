// Resources of providers that are bridged from Terraform: tables of attributes with types, defaults and rules for planning a change.
// The stand-ins for `random` and `tailscale` have one each.
import { isObject, type PropertyMap, reveal, UNKNOWN, type Value } from "../properties.ts";
import { ProviderError } from "../provider.ts";

export interface Attribute {
  type: "string" | "bool" | "integer" | "stringSet";
  /** Who sets it. `either`: the provider, unless the program does. */
  setBy: "program" | "provider" | "either";
  /** The program must set it; the text is part of the error. */
  required?: { description: string };
  /** Where the program sets nothing. */
  default?: Value;
  secret?: boolean;
  /** A change replaces the resource. */
  replaces?: boolean;
  /** Undefined when the value is fine; otherwise the diagnostic's summary and detail, joined by ". ". */
  refuse?: (value: Value) => string | undefined;
}

/** By Pulumi name. */
export type Schema = Record<string, Attribute>;
/** One value for each attribute of the schema, null where there is none. */
export type State = Record<string, Value>;

/** A property value as Go prints it, as in the real plugins' errors. */
function show(value: Value): string {
  if (Array.isArray(value)) return `{[${value.map(show).join(" ")}]}`;
  if (isObject(value))
    return `{map[${Object.entries(value)
      .map(([key, item]) => `${key}:${show(item)}`)
      .join(" ")}]}`;
  return `{${String(value)}}`;
}

function encodeString(value: Value): Value {
  if (value === null || value === UNKNOWN || typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new Error(`Expected a string, got: ${show(value)}`);
}

function encodeInteger(value: Value): Value {
  if (typeof value === "number") return value;
  if (typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value)))
    return Number(value);
  throw new Error(
    `Expected a Number, got resource.PropertyValue{V:${JSON.stringify(value)}} ${typeof value === "string"}`,
  );
}

/** Sorted, since a set has no order of its own. */
function encodeSet(value: Value): Value {
  if (!Array.isArray(value)) {
    throw new Error("set encoder failed: expected an Array PropertyValue, got a resource.PropertyValue");
  }
  const items = value.map((item, i) => {
    try {
      return encodeString(item);
    } catch (error) {
      throw new Error(
        `set encoder failed: encoding element ${i} (${show(item)}): ${(error as Error).message}`,
      );
    }
  });
  return items.sort((one, other) => (String(one) < String(other) ? -1 : 1));
}

function encodeValue(type: Attribute["type"], value: Value): Value {
  if (value === null || value === UNKNOWN) return value;
  switch (type) {
    case "string":
      return encodeString(value);
    case "integer":
      return encodeInteger(value);
    case "stringSet":
      return encodeSet(value);
    case "bool":
      if (typeof value === "boolean") return value;
      throw new Error("Expected a Boolean");
  }
}

/**
 * Inputs in the types of the schema; what the schema does not have is left out.
 * @throws ProviderError that names the property of the wrong type
 */
export function encodeInputs(schema: Schema, inputs: PropertyMap, prefix = ""): State {
  return mapSchema(schema, (name, attribute) => {
    try {
      return encodeValue(attribute.type, reveal(inputs[name] ?? null));
    } catch (error) {
      throw new ProviderError(
        `${prefix}objectEncoder failed on property "${terraformName(name)}": ${(error as Error).message}`,
      );
    }
  });
}

export function mapSchema(schema: Schema, value: (name: string, attribute: Attribute) => Value): State {
  return Object.fromEntries(
    Object.entries(schema).map(([name, attribute]) => [name, value(name, attribute)]),
  );
}

/** Errors of the upstream provider speak of `recreate_if_invalid`. */
function terraformName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
