/** `{{cwd}}` in a script's tool calls: the folder in which the agent works. */
import { notScripted } from "./apiError.ts";

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Where Claude Code says which folder that is. */
const said = /Primary working directory: (.+)/g;

/**
 * A value with every `{{cwd}}` replaced, in texts at any depth.
 *
 * @param texts all that was said, oldest first
 * @throws ApiError 501 when nobody has said which folder it is, or for another name
 */
export function fill<Value extends Json>(value: Value, texts: readonly string[]): Value {
  const cwd = texts.flatMap((text) => [...text.matchAll(said)]).at(-1)?.[1];
  const inside = (one: Json): Json => {
    if (typeof one === "string")
      return one.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
        if (name === "cwd" && cwd !== undefined) return cwd;
        throw notScripted(`nothing in the conversation gives {{${name}}} a value`);
      });
    if (Array.isArray(one)) return one.map(inside);
    if (one === null || typeof one !== "object") return one;
    return Object.fromEntries(Object.entries(one).map(([key, item]) => [key, inside(item)]));
  };
  return inside(value) as Value;
}
