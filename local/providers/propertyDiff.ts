// What changed between two property maps, path by path, in the engine's notation: `environment.A`, `tags[0]`, `environment["a.b"]`.
import { equal, isObject, type PropertyMap, type Value } from "./properties.ts";

export type Change = "ADD" | "DELETE" | "UPDATE";
type Step = string | number;

export function formatPath(steps: Step[]): string {
  return steps.reduce<string>((path, step) => {
    if (typeof step === "number") return `${path}[${step}]`;
    if (!/^\w*$/.test(step)) return `${path}["${step.replaceAll('"', '\\"')}"]`;
    return path === "" ? step : `${path}.${step}`;
  }, "");
}

/** The top-level property with which a path starts. */
export const rootOf = (path: string): string => path.replace(/[.[].*$/s, "");

const isPresent = (value: Value | undefined) => value !== undefined && value !== null;

function diffValues(
  one: Value | undefined,
  other: Value | undefined,
  steps: Step[],
  changes: Map<string, Change>,
): void {
  if (!isPresent(one) && !isPresent(other)) return;
  if (!isPresent(one)) changes.set(formatPath(steps), "ADD");
  else if (!isPresent(other)) changes.set(formatPath(steps), "DELETE");
  else if (Array.isArray(one) && Array.isArray(other)) {
    const length = Math.max(one.length, other.length);
    for (let i = 0; i < length; i++) {
      if (i >= one.length) changes.set(formatPath([...steps, i]), "ADD");
      else if (i >= other.length) changes.set(formatPath([...steps, i]), "DELETE");
      else diffValues(one[i], other[i], [...steps, i], changes);
    }
  } else if (isObject(one) && isObject(other)) diffMaps(one, other, steps, changes);
  else if (!equal(one, other)) changes.set(formatPath(steps), "UPDATE");
}

function diffMaps(one: PropertyMap, other: PropertyMap, steps: Step[], changes: Map<string, Change>): void {
  for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
    diffValues(one[key], other[key], [...steps, key], changes);
  }
}

/** The innermost changes. A secret is compared as a whole, so that no path tells where inside it something changed. */
export function diffPaths(olds: PropertyMap, news: PropertyMap): Map<string, Change> {
  const changes = new Map<string, Change>();
  diffMaps(olds, news, [], changes);
  return changes;
}
