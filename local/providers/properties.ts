// Property values as the engine sends them: JSON, plus secrets and values not known before the update.

/** Stands where the engine, in a preview, does not know the value yet. */
export const UNKNOWN: unique symbol = Symbol("unknown until the update");

export class Secret {
  readonly element: Value;
  constructor(element: Value) {
    this.element = element;
  }
}

export type Value = null | boolean | number | string | typeof UNKNOWN | Secret | Value[] | PropertyMap;
export type PropertyMap = { [key: string]: Value };

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

const unknownString = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const unknownMarkers = new Set<Json>([
  unknownString,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

export function isObject(value: Value | undefined): value is PropertyMap {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Secret);
}

function fromSigned(json: JsonObject): Value | undefined {
  switch (json[signatureKey]) {
    case secretSignature:
      return new Secret(fromJson(json.value ?? null));
    case outputSignature: {
      const element = "value" in json ? fromJson(json.value ?? null) : UNKNOWN;
      return json.secret === true ? new Secret(element) : element;
    }
    default:
      return undefined;
  }
}

export function fromJson(json: Json): Value {
  if (unknownMarkers.has(json)) return UNKNOWN;
  if (Array.isArray(json)) return json.map(fromJson);
  if (typeof json === "object" && json !== null) return fromSigned(json) ?? mapFromJson(json);
  return json;
}

export function mapFromJson(json: JsonObject): PropertyMap {
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, fromJson(value)]));
}

export function toJson(value: Value): Json {
  if (value === UNKNOWN) return unknownString;
  if (value instanceof Secret) return { [signatureKey]: secretSignature, value: toJson(value.element) };
  if (Array.isArray(value)) return value.map(toJson);
  if (isObject(value)) return mapToJson(value);
  return value;
}

export function mapToJson(map: PropertyMap): JsonObject {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, toJson(value)]));
}

/** The value with every secret, however deep, replaced by what it hides. */
export function reveal(value: Value): Value {
  if (value instanceof Secret) return reveal(value.element);
  if (Array.isArray(value)) return value.map(reveal);
  if (isObject(value)) return revealMap(value);
  return value;
}

export function revealMap(map: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, reveal(value)]));
}

export function containsUnknowns(value: Value | undefined): boolean {
  if (value === UNKNOWN) return true;
  if (value instanceof Secret) return containsUnknowns(value.element);
  if (Array.isArray(value)) return value.some(containsUnknowns);
  return isObject(value) && Object.values(value).some(containsUnknowns);
}

export function withoutNulls(map: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(map).filter(([, value]) => value !== null));
}

/** Same shape, same values, secret in the same places. */
export function equal(one: Value | undefined, other: Value | undefined): boolean {
  if (one instanceof Secret) return other instanceof Secret && equal(one.element, other.element);
  if (Array.isArray(one)) {
    return (
      Array.isArray(other) && one.length === other.length && one.every((item, i) => equal(item, other[i]))
    );
  }
  if (isObject(one) && isObject(other)) {
    const keys = Object.keys(one);
    return (
      keys.length === Object.keys(other).length &&
      keys.every((key) => key in other && equal(one[key], other[key]))
    );
  }
  return one === other;
}
