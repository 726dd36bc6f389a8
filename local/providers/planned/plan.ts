// What a change of inputs does to a resource: the part of Terraform's planning that these attributes need.
import { equal, UNKNOWN, type Value } from "../properties.ts";
import type { DiffResult } from "../provider.ts";
import { type Attribute, mapSchema, type Schema, type State } from "./schema.ts";

export interface Plan {
  state: State;
  /** Attributes whose change replaces the resource. */
  replaces: string[];
}

const computed = ({ setBy }: Attribute) => setBy !== "program";

function differs(attribute: Attribute, one: Value, other: Value): boolean {
  if (attribute.type !== "stringSet" || !Array.isArray(one) || !Array.isArray(other))
    return !equal(one, other);
  return one.length !== other.length || one.some((item) => item === UNKNOWN || !other.includes(item));
}

function proposed(attribute: Attribute, input: Value, prior: Value): Value {
  if (input !== null) return input;
  if (attribute.default !== undefined) return attribute.default;
  return computed(attribute) ? prior : null;
}

/**
 * @param prior null when there is no resource yet
 * @param config the inputs, in the types of the schema
 */
export function plan(schema: Schema, prior: State | null, config: State): Plan {
  const before = (name: string) => prior?.[name] ?? null;
  const state = mapSchema(schema, (name, attribute) =>
    proposed(attribute, config[name] ?? null, before(name)),
  );
  if (prior === null) {
    const isOpen = (name: string, attribute: Attribute) => computed(attribute) && state[name] === null;
    return {
      state: mapSchema(schema, (name, attribute) =>
        isOpen(name, attribute) ? UNKNOWN : (state[name] ?? null),
      ),
      replaces: [],
    };
  }
  return { state, replaces: changed(schema, prior, state).filter((name) => schema[name]?.replaces) };
}

function changed(schema: Schema, prior: State, planned: State): string[] {
  return Object.entries(schema)
    .filter(([name, attribute]) => differs(attribute, prior[name] ?? null, planned[name] ?? null))
    .map(([name]) => name)
    .sort();
}

export function diffOf(schema: Schema, prior: State, planned: Plan): DiffResult {
  const diffs = changed(schema, prior, planned.state);
  return {
    changes: diffs.length > 0 ? "DIFF_SOME" : "DIFF_NONE",
    diffs,
    replaces: diffs.filter((name) => planned.replaces.includes(name)),
  };
}
