/** `{{name}}` in a script's texts: `cwd`, the agent's working directory, or what the script's `find` looks for. */
import { notScripted } from "./apiError.ts";

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Where Claude Code says which folder it works in. */
const known = { cwd: "Primary working directory: (.+)" };

/**
 * The value of every name: the first group of its expression at the last place where it matches. Names without a match are left out.
 *
 * @param expressions by name
 * @param texts all that was said, oldest first
 */
export function findNames(
  expressions: Readonly<Record<string, string>>,
  texts: readonly string[],
): Map<string, string> {
  const values = new Map<string, string>();
  for (const [name, source] of Object.entries({ ...known, ...expressions })) {
    const matches = texts.flatMap((text) => [...text.matchAll(new RegExp(source, "g"))]);
    const value = matches.at(-1)?.[1];
    if (value !== undefined) values.set(name, value);
  }
  return values;
}

/**
 * A value with every name replaced, in texts at any depth.
 *
 * @throws ApiError 501 naming a name without a value.
 */
export function fill<Value extends Json>(value: Value, names: ReadonlyMap<string, string>): Value {
  const inside = (one: Json): Json => {
    if (typeof one === "string")
      return one.replace(/\{\{(\w+)\}\}/g, (_, name: string) => named(name, names));
    if (Array.isArray(one)) return one.map(inside);
    if (one === null || typeof one !== "object") return one;
    return Object.fromEntries(Object.entries(one).map(([key, item]) => [key, inside(item)]));
  };
  return inside(value) as Value;
}

function named(name: string, names: ReadonlyMap<string, string>): string {
  const value = names.get(name);
  if (value === undefined) throw notScripted(`nothing in the conversation gives {{${name}}} a value`);
  return value;
}
