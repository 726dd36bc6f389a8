// What a change of inputs will do to a resource: Terraform's planning, as far as these attributes need it.
import { equal, type PropertyMap, UNKNOWN, type Value } from "../properties.ts";
import { copyAt, parsePath } from "../propertyPath.ts";
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

function proposed(attribute: Attribute, input: Value, prior: Value, config: State): Value {
  if (input !== null) return input;
  if (typeof attribute.default === "function") return attribute.default(config);
  if (attribute.default !== undefined) return attribute.default;
  return computed(attribute) ? prior : null;
}

function replacing({ replaces }: Attribute, prior: Value, planned: Value): boolean {
  return typeof replaces === "function" ? replaces(prior, planned) : replaces === true;
}

/**
 * @param prior null when there is no resource yet
 * @param config the inputs, in the types of the schema
 */
export function plan(schema: Schema, prior: State | null, config: State): Plan {
  const before = (name: string) => prior?.[name] ?? null;
  const state = mapSchema(schema, (name, attribute) =>
    proposed(attribute, config[name] ?? null, before(name), config),
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
  const replaces = Object.entries(schema)
    .filter(([name, attribute]) => replacing(attribute, before(name), state[name] ?? null))
    .map(([name]) => name);
  return { state, replaces: changed(schema, prior, state).filter((name) => replaces.includes(name)) };
}

export function changed(schema: Schema, prior: State, planned: State): string[] {
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

/** Inputs whose changes the program wants ignored keep the value of the old state. */
export function withIgnoredChanges(
  olds: PropertyMap,
  news: PropertyMap,
  ignoreChanges: string[],
): PropertyMap {
  return ignoreChanges.reduce<Value>(
    (result, path) => copyAt(parsePath(path), olds, result),
    news,
  ) as PropertyMap;
}
