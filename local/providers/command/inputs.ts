// The properties of command:local:Command and the checks of their types, with the real plugin's words.
import { isObject, type PropertyMap, Secret, UNKNOWN, type Value } from "../properties.ts";
import { type CheckFailure, notServedFailures, notServedText } from "../provider.ts";

type FieldType = "string" | "local.Logging" | "[]string" | "map[string]string";

/** In the order in which the real plugin reports them. */
const inputTypes: Record<string, FieldType> = {
  create: "string",
  delete: "string",
  update: "string",
  stdin: "string",
  logging: "local.Logging",
  interpreter: "[]string",
  environment: "map[string]string",
};
export const inputs = Object.keys(inputTypes);
const outputTypes: Record<string, FieldType> = { ...inputTypes, stdout: "string", stderr: "string" };
const requiredOutputs = ["stdout", "stderr"];
/** Served by the real plugin, not by the stand-in. */
const othersOfReal = ["triggers", "dir", "addPreviousOutputInEnv", "assetPaths", "archivePaths"];

export interface CommandInputs {
  create?: string;
  update?: string;
  delete?: string;
  stdin?: string;
  logging?: string;
  interpreter?: string[];
  environment?: Record<string, string>;
}

const zeros: Record<FieldType, Value> = {
  string: "",
  "local.Logging": "",
  "[]string": [],
  "map[string]string": {},
};

function goTypeOf(value: Value): string {
  if (Array.isArray(value)) return "[]interface {}";
  if (isObject(value)) return "map[string]interface {}";
  return { string: "string", number: "float64", boolean: "bool" }[typeof value as string] ?? typeof value;
}

function scalarFailure(field: string, value: Value, type: string, owner: string): CheckFailure[] {
  if (value instanceof Secret) return scalarFailure(field, value.element, type, owner);
  if (value === null || value === UNKNOWN || typeof value === "string") return [];
  return [mismatch(field, value, type, owner)];
}

function mismatch(field: string, value: Value, type: string, owner: string): CheckFailure {
  return {
    property: field,
    reason: `Field '${field}' on '${owner}' must be a '${type}'; got '${goTypeOf(value)}' instead`,
  };
}

function typeFailures(field: string, value: Value, type: FieldType, owner: string): CheckFailure[] {
  if (value instanceof Secret) return typeFailures(field, value.element, type, owner);
  if (value === UNKNOWN && type === "[]string") {
    return [
      { property: field, reason: notServedText("command", `a value of ${field} that is not known yet`) },
    ];
  }
  if (value === null || value === UNKNOWN) return [];
  switch (type) {
    case "map[string]string":
      if (!isObject(value)) return [mismatch(field, value, type, owner)];
      return Object.entries(value).flatMap(([key, item]) =>
        scalarFailure(`${field}[${key}] value`, item, "string", owner),
      );
    case "[]string":
      if (!Array.isArray(value)) return [mismatch(field, value, type, owner)];
      return value.flatMap((item, i) => scalarFailure(`${field}[${i}]`, item, "string", owner));
    default:
      return scalarFailure(field, value, type, owner);
  }
}

function failures(map: PropertyMap, types: Record<string, FieldType>, owner: string): CheckFailure[] {
  const known = Object.entries(types).flatMap(([field, type]) =>
    typeFailures(field, map[field] ?? null, type, owner),
  );
  const others = Object.keys(map).filter((field) => !(field in types));
  const unrecognized = others
    .filter((field) => !othersOfReal.includes(field))
    .map((field) => ({ property: field, reason: `Unrecognized field '${field}' on '${owner}'` }));
  const notServed = notServedFailures(
    "command",
    others.filter((field) => othersOfReal.includes(field)),
  );
  return [...known, ...unrecognized, ...notServed];
}

export function inputFailures(inputs: PropertyMap): CheckFailure[] {
  return failures(inputs, inputTypes, "local.CommandInputs");
}

export function stateFailures(state: PropertyMap): CheckFailure[] {
  const owner = "local.CommandOutputs";
  const missing = requiredOutputs
    .filter((field) => !(field in state))
    .map((field) => ({ property: field, reason: `Missing required field '${field}' on '${owner}'` }));
  return [...failures(state, outputTypes, owner), ...missing];
}

export function decodingError(failed: CheckFailure[]): string {
  return `${failed.length} failures decoding:${failed.map(({ property, reason }) => `\n\t${property}: ${reason}`).join("")}`;
}

/** The real plugin's Check turns a secret that is still unknown into a secret empty value. */
export function withoutUnknownSecrets(inputs: PropertyMap): PropertyMap {
  const clear = (value: Value, zero: Value) =>
    value instanceof Secret && value.element === UNKNOWN ? new Secret(zero) : value;
  const clearItems = (value: Value): Value => {
    if (Array.isArray(value)) return value.map((item) => clear(item, ""));
    if (isObject(value))
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, clear(item, "")]));
    return value;
  };
  return Object.fromEntries(
    Object.entries(inputs).map(([field, value]) => [
      field,
      clearItems(clear(value, zeros[inputTypes[field] ?? "string"])),
    ]),
  );
}
