import { FlyError } from "./errors.ts";

/** `NAME=VALUE` arguments as an object. If a name is repeated, the last one wins. */
export function parsePairs(pairs: string[], problem: string): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const split = pair.indexOf("=");
      if (split < 0) throw new FlyError(`${problem}: '${pair}': must be in the format NAME=VALUE`);
      return [pair.slice(0, split), pair.slice(split + 1)];
    }),
  );
}
