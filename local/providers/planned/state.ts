// A planned resource's state as Pulumi properties, and back.
import { isObject, type PropertyMap, Secret, type Value } from "../properties.ts";
import { markSecrets } from "./check.ts";
import { metaOf } from "./meta.ts";
import { encodeInputs, mapSchema, type Schema, type State } from "./schema.ts";

/** Where the bridge keeps how to get from properties back to Terraform's state. */
const deltaKey = "__pulumi_raw_state_delta";

const isInternal = (name: string) => name.startsWith("__");

/** One entry for each attribute that Terraform sees differently: collections, and those without a value. */
function rawStateDelta(schema: Schema, state: State): Value {
  const parts: PropertyMap = {};
  for (const [name, { type }] of Object.entries(schema)) {
    if (state[name] === null) parts[name] = new Secret({ replace: { raw: null } });
    else if (type === "stringSet") parts[name] = { arr: {} };
  }
  return { obj: Object.keys(parts).length > 0 ? { ps: parts } : {} };
}

/** For a preview: without the delta, which says something about values that are known. */
export function plannedProperties(schema: Schema, state: State): PropertyMap {
  const present = Object.entries(state).filter(([, value]) => value !== null);
  return markSecrets(schema, Object.fromEntries(present));
}

export function properties(schema: Schema, state: State, schemaVersion = 0): PropertyMap {
  return {
    ...plannedProperties(schema, state),
    ...metaOf(schemaVersion),
    [deltaKey]: rawStateDelta(schema, state),
  };
}

/** Sets keep the order in which they were stored. */
export function parseState(schema: Schema, stored: PropertyMap): State {
  const plain = Object.fromEntries(Object.entries(stored).filter(([name]) => !isInternal(name)));
  const encoded = encodeInputs(schema, plain);
  return mapSchema(schema, (name, { type }) =>
    type === "stringSet" ? (plain[name] ?? null) : (encoded[name] ?? null),
  );
}

function refreshed(input: Value, output: Value): Value {
  if (Array.isArray(input) && Array.isArray(output)) {
    return input.slice(0, output.length).map((item, i) => refreshed(item, output[i] ?? null));
  }
  if (isObject(input) && isObject(output)) return refreshedInputs(input, output);
  return output;
}

/** After a refresh: the old inputs, with the values found. What the program did not set is not added. */
export function refreshedInputs(inputs: PropertyMap, outputs: PropertyMap): PropertyMap {
  const kept = Object.entries(inputs).filter(([name]) => name in outputs);
  return Object.fromEntries(kept.map(([name, input]) => [name, refreshed(input, outputs[name] ?? null)]));
}
