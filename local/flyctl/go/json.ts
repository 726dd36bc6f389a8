import { formatDuration, parseDuration } from "./duration.ts";
import { normalTime, zeroTime } from "./time.ts";

// flyctl is written in Go, and it prints and sends Go structs. Their keys keep the declared order, unknown keys are
// dropped, zero values are filled in or (omitempty) left out, and map keys are sorted. These types do the same.

/** The field that is being decoded: its struct, and its path from the top. */
interface Place {
  struct: string;
  path: string;
}

/** A Go type as far as encoding/json goes. */
export interface GoType<T> {
  /** The type's name in Go's decoding errors. */
  readonly goName: string;
  readonly omitEmpty?: boolean;
  zero(): T;
  /** @throws with the wording of Go's decoder, which names the field's place */
  decode(value: unknown, at?: Place): T;
  encode(value: T): unknown;
  /** Whether `omitempty` leaves the value out. */
  isEmpty(value: T): boolean;
  /** The fields of a struct, for validating keys. */
  readonly fields?: Record<string, GoType<unknown>>;
  /** The element type of a slice, map or pointer. */
  readonly element?: GoType<unknown>;
}

export type Infer<S> = S extends GoType<infer T> ? T : never;

function scalar<T>(goName: string, zero: T, matches: (value: unknown) => boolean): GoType<T> {
  return {
    goName,
    zero: () => zero,
    isEmpty: (value) => value === zero,
    encode: (value) => value,
    decode(value, at) {
      if (value === null || value === undefined) return zero;
      if (!matches(value)) throw unmarshalError(value, at, goName);
      return value as T;
    },
  };
}

export const string = scalar<string>("string", "", (value) => typeof value === "string");
export const int = scalar<number>("int", 0, Number.isInteger);
export const float = scalar<number>("float64", 0, (value) => typeof value === "number");
export const bool = scalar<boolean>("bool", false, (value) => typeof value === "boolean");

/** Any value, unchanged. Null if it is missing. */
export const any: GoType<unknown> = {
  goName: "interface {}",
  zero: () => null,
  isEmpty: (value) => value === null,
  encode: sortedKeys,
  decode: (value) => value ?? null,
};

/** A point in time, as RFC 3339 text in Go's form. */
export const time: GoType<string> = {
  goName: "time.Time",
  zero: () => zeroTime,
  isEmpty: () => false,
  encode: (value) => value,
  decode: (value) => (typeof value === "string" ? normalTime(value) : zeroTime),
};

/** A time span in nanoseconds. In JSON it is text such as `1m30s`; reading also accepts a number of nanoseconds. */
export const duration: GoType<number> = {
  goName: "fly.Duration",
  zero: () => 0,
  isEmpty: () => false,
  encode: formatDuration,
  decode(value) {
    if (value === null || value === undefined) return 0;
    if (typeof value === "number") return Math.trunc(value);
    if (typeof value === "string") return parseDuration(value);
    throw new Error(`unknown duration type: ${describe(value)}`);
  },
};

export function pointer<T>(type: GoType<T>): GoType<T | null> {
  return {
    goName: type.goName,
    element: type as GoType<unknown>,
    zero: () => null,
    isEmpty: (value) => value === null,
    encode: (value) => (value === null ? null : type.encode(value)),
    decode: (value, at) => (value === null || value === undefined ? null : type.decode(value, at)),
  };
}

export function slice<T>(type: GoType<T>): GoType<T[]> {
  return {
    goName: `[]${type.goName}`,
    element: type as GoType<unknown>,
    zero: () => [],
    isEmpty: (value) => value.length === 0,
    encode: (value) => value.map((item) => type.encode(item)),
    decode(value, at) {
      if (value === null || value === undefined) return [];
      if (!Array.isArray(value)) throw unmarshalError(value, at, `[]${type.goName}`);
      return value.map((item) => type.decode(item, at));
    },
  };
}

export function map<T>(type: GoType<T>): GoType<Record<string, T>> {
  return {
    goName: `map[string]${type.goName}`,
    element: type as GoType<unknown>,
    zero: () => ({}),
    isEmpty: (value) => Object.keys(value).length === 0,
    encode: (value) => mapValues(Object.fromEntries(sortedEntries(value)), type.encode),
    decode(value, at) {
      if (value === null || value === undefined) return {};
      if (!isObject(value)) throw unmarshalError(value, at, `map[string]${type.goName}`);
      return mapValues(value, (item) => type.decode(item, at));
    },
  };
}

type Fields = Record<string, GoType<unknown>>;
type StructOf<F extends Fields> = { [K in keyof F]: Infer<F[K]> };

/** @param goName the name in Go's errors, e.g. `fly.Machine`. @param fields JSON keys in the struct's order. */
export function struct<F extends Record<string, unknown>>(
  goName: string,
  fields: F & { [K in keyof F]: GoType<Infer<F[K]>> },
): GoType<StructOf<F & Fields>> {
  const entries = Object.entries(fields) as [string, GoType<unknown>][];
  type Value = StructOf<F & Fields>;
  return {
    goName,
    fields: fields as Fields,
    zero: () => Object.fromEntries(entries.map(([key, type]) => [key, type.zero()])) as Value,
    isEmpty: () => false,
    encode: (value) =>
      Object.fromEntries(
        entries
          .filter(([key, type]) => !(type.omitEmpty && type.isEmpty(value[key as keyof Value])))
          .map(([key, type]) => [key, type.encode(value[key as keyof Value])]),
      ),
    decode(value, at) {
      if (value !== null && value !== undefined && !isObject(value)) throw unmarshalError(value, at, goName);
      const given = ignoringCase((value ?? {}) as Record<string, unknown>);
      const place = (key: string): Place => ({
        struct: goName.replace(/^.*\./, ""),
        path: at ? `${at.path}.${key}` : key,
      });
      return Object.fromEntries(
        entries.map(([key, type]) => [key, type.decode(given(key), place(key))]),
      ) as Value;
    },
  };
}

export function omitEmpty<T>(type: GoType<T>): GoType<T> {
  return { ...type, omitEmpty: true };
}

/** Go prefers the exact key. Otherwise it takes one that differs only in case. */
function ignoringCase(object: Record<string, unknown>): (key: string) => unknown {
  const lowerCased = new Map(Object.entries(object).map(([key, value]) => [key.toLowerCase(), value]));
  return (key) => object[key] ?? lowerCased.get(key.toLowerCase());
}

function unmarshalError(value: unknown, at: Place | undefined, goName: string): Error {
  const field = at ? `Go struct field ${at.struct}.${at.path}` : "Go value";
  return new Error(`json: cannot unmarshal ${describe(value)} into ${field} of type ${goName}`);
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return "array";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number") return Number.isInteger(value) ? "number" : `number ${value}`;
  return typeof value;
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export function mapValues<A, B>(object: Record<string, A>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}

export const sortedEntries = <T>(object: Record<string, T>): [string, T][] =>
  Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1));

/** A value without a struct, in the form of a Go map: keys sorted at every level. */
function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (!isObject(value)) return value;
  return mapValues(Object.fromEntries(sortedEntries(value)), sortedKeys);
}

/** JSON text in the form of Go's encoder, which escapes characters that are markup in HTML. */
export function goJson(value: unknown, indent = ""): string {
  return JSON.stringify(value, null, indent).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
