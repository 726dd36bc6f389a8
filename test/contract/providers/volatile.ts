// Values that differ each time. A replay learns them from the plugin's answers and puts them into the requests that follow.
import type { Json, JsonObject } from "./messages.ts";

interface Volatile {
  what: string;
  /** The property that has the value. */
  property: string;
  /** The first group is the part that differs; the rest must be as recorded. */
  pattern: RegExp;
}

/** All such values. A new entry needs a reason why the real plugins themselves would give another value on another day. */
const volatile: Volatile[] = [
  { what: "the random end of a command's id", property: "id", pattern: /^[a-z]+([0-9a-f]{8})$/ },
  {
    what: "a random password, in the lengths recorded",
    property: "result",
    pattern: /^([\w!@#$%&*()\-=+[\]{}<>:?]{16,81})$/,
  },
  {
    what: "the hash of a password, which has a random salt",
    property: "bcryptHash",
    pattern: /^\$2a\$10\$([A-Za-z0-9./]{53})$/,
  },
  { what: "a tailnet key's id", property: "id", pattern: /^(k\w+CNTRL)$/ },
  { what: "a tailnet key", property: "key", pattern: /^(tskey-auth-\S+)$/ },
  {
    what: "when a tailnet key was made",
    property: "createdAt",
    pattern: /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)$/,
  },
  {
    what: "when a tailnet key expires",
    property: "expiresAt",
    pattern: /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)$/,
  },
  { what: "the plugin's version", property: "userAgent", pattern: /pulumi-tailscale\/(\d+\.\d+\.\d+\S*)$/ },
  {
    what: "the framework's version, which older ones give without the v",
    property: "__pulumi-go-provider-version",
    pattern: /^(v?\d+\.\d+\.\d+\S*)$/,
  },
];

export class Learned {
  readonly #actual = new Map<string, string>();

  /** Compares a recorded and an actual answer part by part. The first value learned stays. */
  learn(recorded: Json, actual: Json, property = ""): void {
    if (typeof recorded === "string" && typeof actual === "string")
      this.#learnText(recorded, actual, property);
    else if (Array.isArray(recorded) && Array.isArray(actual)) {
      for (const [i, item] of recorded.entries()) this.learn(item, actual[i] ?? null, property);
    } else if (isObject(recorded) && isObject(actual)) {
      for (const [key, value] of Object.entries(recorded)) {
        // A secret's value belongs to the property that is secret.
        this.learn(value, actual[key] ?? null, key === "value" ? property : key);
      }
    }
  }

  #learnText(recorded: string, actual: string, property: string): void {
    for (const { pattern } of volatile.filter((entry) => entry.property === property)) {
      const before = recorded.match(pattern)?.[1];
      const after = actual.match(pattern)?.[1];
      if (before !== undefined && after !== undefined && !this.#actual.has(before))
        this.#actual.set(before, after);
    }
  }

  /** A recorded value with today's values put in. */
  translate<Value extends Json>(recorded: Value): Value {
    if (typeof recorded === "string") return this.#translateText(recorded) as Value;
    if (Array.isArray(recorded)) return recorded.map((item) => this.translate(item)) as Value;
    if (!isObject(recorded)) return recorded;
    return Object.fromEntries(
      Object.entries(recorded).map(([key, value]) => [key, this.translate(value)]),
    ) as Value;
  }

  #translateText(text: string): string {
    // The longest value comes first, because an id can be part of another value. One pass, so that replacements are not replaced again.
    const known = [...this.#actual.keys()].sort((one, other) => other.length - one.length);
    if (known.length === 0) return text;
    const pattern = new RegExp(
      known.map((value) => value.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|"),
      "g",
    );
    return text.replace(pattern, (value) => this.#actual.get(value) ?? value);
  }
}

const isObject = (value: Json): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const unordered = ["diffs", "replaces", "stables"];

/** Sorts the lists that the real plugins keep in no fixed order. */
export function comparable(answer: JsonObject | null): JsonObject | null {
  if (answer === null) return null;
  const sorted = unordered
    .filter((key) => key in answer)
    .map((key) => [key, [...(answer[key] as string[])].sort()]);
  return { ...answer, ...Object.fromEntries(sorted) };
}

const failedCommand = /^(.*: running "(?:[^"\\]|\\.)*":\n)([\s\S]*)$/;

/** A failed command's stdout and stderr arrive through two pipes, so the order of their lines is not fixed. */
export function comparableErrors(errors: string[] | undefined): string[] | undefined {
  return errors?.map((error) => {
    const [, cause, output = ""] = error.match(failedCommand) ?? [];
    return cause === undefined ? error : `${cause}${output.split("\n").sort().join("\n")}`;
  });
}
