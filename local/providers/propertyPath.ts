// Paths into property maps in the engine's notation: `environment.A`, `triggers[0]`, `environment["a.b"]`.
import { isObject, type Value } from "./properties.ts";

export type Step = string | number;

const plainKey = /^[A-Za-z0-9_]*$/;
const stepPattern = /\.?([^.[\]"]+)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]/y;

export function formatPath(steps: Step[]): string {
  return steps.reduce<string>((path, step) => {
    if (typeof step === "number") return `${path}[${step}]`;
    if (!plainKey.test(step)) return `${path}["${step.replaceAll('"', '\\"')}"]`;
    return path === "" ? step : `${path}.${step}`;
  }, "");
}

/** Reads as far as the notation goes. */
export function parsePath(path: string): Step[] {
  const steps: Step[] = [];
  stepPattern.lastIndex = 0;
  for (let match = stepPattern.exec(path); match; match = stepPattern.exec(path)) {
    const [, key, index, quoted] = match;
    if (index !== undefined) steps.push(Number(index));
    else steps.push(key ?? quoted?.replaceAll('\\"', '"') ?? "");
  }
  return steps;
}

/** The top-level property a path starts with. */
export function rootOf(path: string): string {
  return String(parsePath(path)[0] ?? path);
}

const child = (value: Value | undefined, step: Step): Value | undefined => {
  if (typeof step === "number") return Array.isArray(value) ? value[step] : undefined;
  return isObject(value) ? value[step] : undefined;
};

/** `target` with what `source` has at the path; where `source` has nothing, the target loses it. */
export function copyAt(steps: Step[], source: Value | undefined, target: Value): Value {
  const [step, ...rest] = steps;
  if (step === undefined) return target;
  const found = child(source, step);
  const before = child(target, step);
  if (rest.length > 0 && before === undefined) return target;
  const after = rest.length > 0 ? copyAt(rest, found, before ?? null) : found;
  if (typeof step === "number") {
    return Array.isArray(target) && after !== undefined ? target.with(step, after) : target;
  }
  if (!isObject(target)) return target;
  const { [step]: _, ...others } = target;
  return after === undefined ? others : { ...others, [step]: after };
}
