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
 * @param what the value is, for the error
 * @returns the part of the value that the shape describes
 * @throws Error that names each field that is missing or of another type
 */
export function shaped<T>(value: unknown, shape: z.ZodType<T>, what: string): T {
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  throw new Error(`${what} is not as expected:\n${z.prettifyError(result.error)}`);
}

/** The part of a JSON text that a shape describes; throws as `parseJson` and `shaped` do. */
export const parseShaped = <T>(text: string, shape: z.ZodType<T>, what: string): T =>
  shaped(parseJson(text, what), shape, what);
