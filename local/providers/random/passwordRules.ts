// What is wrong with a password's inputs, and which of their changes replace it.
import type { State } from "../planned/schema.ts";
import { isObject, UNKNOWN, type Value } from "../properties.ts";
import type { CheckFailure } from "../provider.ts";

const minimums = ["minUpper", "minLower", "minNumeric", "minSpecial"];

/** What is not an integer is refused for itself. */
export function tooShort(config: State): CheckFailure[] {
  const { length = null } = config;
  const values = minimums.map((name) => config[name] ?? null);
  if (!Number.isInteger(length) || values.includes(UNKNOWN)) return [];
  const sum = values.filter(Number.isInteger).reduce((total: number, value) => total + Number(value), 0);
  if (Number(length) >= sum) return [];
  const reason =
    "Invalid Attribute Value. Attribute length value must be at least sum of min_upper + min_lower + min_numeric + min_special, " +
    `got: ${String(length)}`;
  return [{ property: "length", reason }];
}

/** Only what the program sets counts. Upstream takes digits that are not known yet for none. */
export function emptyKinds(config: State): CheckFailure[] {
  const others = ["special", "upper", "lower"];
  if (others.some((name) => config[name] !== false)) return [];
  return ["number", "numeric"]
    .filter((name) => config[name] === false || config[name] === UNKNOWN)
    .map((property) => ({
      property,
      reason: `Invalid Attribute Combination. At least one attribute out of [${[...others, property].join(",")}] must be specified as true`,
    }));
}

/** An empty text did not override anything, so taking it away changes nothing. */
export function overrideReplaces(prior: Value, planned: Value): boolean {
  if (planned === UNKNOWN) return false;
  return planned !== null || prior !== "";
}

/** No keepers, an empty map, and keepers without a value are the same. */
export function keepersReplace(prior: Value, planned: Value): boolean {
  const olds = isObject(prior) ? prior : {};
  const news = isObject(planned) ? planned : {};
  const isNew = ([name, value]: [string, Value]) => (name in olds ? value !== olds[name] : value !== null);
  return Object.entries(news).some(isNew) || Object.keys(olds).some((name) => !(name in news));
}
