/** Reads JSON that may hold secrets: no error quotes the text, as the one of JSON.parse would. */
import { z } from "zod";

/** @returns undefined where the text is not JSON, which is the value of no JSON. */
export function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * @param what the text is, for the error
 * @throws Error that says what is not JSON
 */
export function parseJson(text: string, what: string): unknown {
  const value = jsonOrUndefined(text);
  if (value === undefined) throw new Error(`${what} is not JSON`);
  return value;
}

/**
 * @param what the text is, for the error
 * @returns the part of the JSON that the shape describes
 * @throws Error that says what is not JSON, or names each field that is missing or of another type
 */
export function parseShaped<T>(text: string, shape: z.ZodType<T>, what: string): T {
  const result = shape.safeParse(parseJson(text, what));
  if (result.success) return result.data;
  throw new Error(`${what} is not as expected:\n${z.prettifyError(result.error)}`);
}
