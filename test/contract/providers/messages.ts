// The engine's calls and a plugin's answers in the JSON that PULUMI_DEBUG_GRPC writes: field names in lowerCamelCase, fields at their
// default left out, bytes in base64.

import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import structPb from "google-protobuf/google/protobuf/struct_pb.js";

export type Json = null | boolean | number | string | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };

export const methods = {
  CheckConfig: { rpc: "checkConfig", request: providerPb.CheckRequest },
  DiffConfig: { rpc: "diffConfig", request: providerPb.DiffRequest },
  Configure: { rpc: "configure", request: providerPb.ConfigureRequest },
  Check: { rpc: "check", request: providerPb.CheckRequest },
  Diff: { rpc: "diff", request: providerPb.DiffRequest },
  Create: { rpc: "create", request: providerPb.CreateRequest },
  Read: { rpc: "read", request: providerPb.ReadRequest },
  Update: { rpc: "update", request: providerPb.UpdateRequest },
  Delete: { rpc: "delete", request: providerPb.DeleteRequest },
} as const;
export type Method = keyof typeof methods;

type Setters = Record<string, (value: unknown) => unknown>;
const structFields = new Set(["olds", "news", "oldInputs", "properties", "inputs", "args"]);
const setterOf: Record<string, string> = {
  ignoreChanges: "setIgnorechangesList",
  randomSeed: "setRandomseed",
  acceptSecrets: "setAcceptsecrets",
  acceptResources: "setAcceptresources",
};

const toStruct = (value: Json) =>
  structPb.Struct.fromJavaScript(value as Record<string, structPb.JavaScriptValue>);

/** The protobuf message of a recorded request. Throws if the message lacks one of its fields. */
export function toRequest(method: Method, request: JsonObject): object {
  const message = new methods[method].request() as unknown as Setters & {
    getVariablesMap?: () => Map<string, unknown>;
  };
  for (const [field, value] of Object.entries(request)) {
    if (field === "variables") {
      for (const [key, variable] of Object.entries(value as JsonObject))
        message.getVariablesMap?.().set(key, variable);
      continue;
    }
    const setter = message[setterOf[field] ?? `set${field[0]?.toUpperCase()}${field.slice(1)}`];
    if (!setter) throw new Error(`${method} has no request field "${field}"`);
    setter.call(message, structFields.has(field) ? toStruct(value ?? {}) : value);
  }
  return message;
}

type Getters = Record<string, (() => unknown) | undefined>;
const responseFields: Record<string, string> = {
  id: "getId",
  acceptSecrets: "getAcceptsecrets",
  supportsPreview: "getSupportspreview",
  acceptResources: "getAcceptresources",
  acceptOutputs: "getAcceptoutputs",
  supportsAutonamingConfiguration: "getSupportsAutonamingConfiguration",
  replaces: "getReplacesList",
  stables: "getStablesList",
  diffs: "getDiffsList",
  deleteBeforeReplace: "getDeletebeforereplace",
  hasDetailedDiff: "getHasdetaileddiff",
};

const isDefault = (value: unknown) =>
  value === undefined || value === "" || value === false || (Array.isArray(value) && value.length === 0);

function nameOf(names: object, value: unknown): string {
  return Object.entries(names).find(([, number]) => number === value)?.[0] ?? String(value);
}

function detailedDiff(map: Map<string, providerPb.PropertyDiff>): JsonObject {
  const result: JsonObject = {};
  for (const [path, diff] of map.entries()) {
    const entry: JsonObject = {};
    if (diff.getKind() !== 0) entry.kind = nameOf(providerPb.PropertyDiff.Kind, diff.getKind());
    if (diff.getInputdiff()) entry.inputDiff = true;
    result[path] = entry;
  }
  return result;
}

/** A plugin's answer in the form of the recordings. */
export function fromResponse(message: object): JsonObject {
  const getters = message as Getters;
  const get = (name: string) => getters[name]?.call(message);
  const result: JsonObject = {};
  for (const [field, getter] of Object.entries(responseFields)) {
    const value = get(getter);
    if (!isDefault(value)) result[field] = value as Json;
  }
  for (const [field, getter] of [
    ["inputs", "getInputs"],
    ["properties", "getProperties"],
  ] as const) {
    const struct = get(getter) as structPb.Struct | undefined;
    if (struct) result[field] = struct.toJavaScript() as JsonObject;
  }
  const failures = (get("getFailuresList") ?? []) as providerPb.CheckFailure[];
  if (failures.length > 0) {
    result.failures = failures.map((failure) => ({
      ...(failure.getProperty() && { property: failure.getProperty() }),
      reason: failure.getReason(),
    }));
  }
  const changes = get("getChanges");
  if (changes) result.changes = nameOf(providerPb.DiffResponse.DiffChanges, changes);
  const diffs = get("getDetaileddiffMap") as Map<string, providerPb.PropertyDiff> | undefined;
  if (diffs && [...diffs.entries()].length > 0) result.detailedDiff = detailedDiff(diffs);
  return result;
}
