/** The forms of settings: how the text that Pulumi stores becomes a value, and the other way round. */
import { z } from "zod";
import { jsonOrUndefined } from "../json.ts";
import { megabytes, sizeText } from "./units.ts";

export interface Form<T> {
  /** Reads a text with `safeDecode`, writes one with `encode`. */
  codec: z.ZodType<T, string>;
  /** What a text of this form is, for a message that says "is not …". */
  words: string;
}

/** Any text. */
export const text: Form<string> = { codec: z.string(), words: "a text" };

/** Memory in MB, written as Fly.io writes it. */
export const memory = number("a size like 1gb or 1536mb", megabytes, sizeText);

/** Size of a file in MB; `example` shows what to type. */
export const fileSize = (example: string): Form<number> =>
  number(`a size like ${example}`, megabytes, sizeText);

/** Size of a volume in GB; `example` shows what to type. */
export const volume = (example: string): Form<number> =>
  number(
    `a size like ${example}`,
    (size) => (megabytes(size) ?? Number.NaN) / 1024,
    (gb) => `${gb}gb`,
  );

/** A count of things. */
export const count = (things: string): Form<number> =>
  number(`a number of ${things}`, (digits) => (/^\d+$/.test(digits) ? Number(digits) : undefined), String);

export const yesOrNo = json("true or false", z.boolean());

export const list = (words: string): Form<string[]> => json(words, z.array(z.string()));

/** `pulumi config set --path` makes numbers and booleans of what looks like them. */
const entry = z.codec(z.union([z.string(), z.number(), z.boolean()]), z.string(), {
  decode: String,
  encode: (text) => text,
});

/** Texts by their names. */
export const texts = (words: string): Form<Record<string, string>> =>
  json(words, z.record(z.string(), entry));

function number(
  words: string,
  read: (text: string) => number | undefined,
  write: (value: number) => string,
): Form<number> {
  // NaN is what z.number() refuses.
  return {
    words,
    codec: z.codec(z.string(), z.number(), { decode: (text) => read(text) ?? Number.NaN, encode: write }),
  };
}

function json<T>(words: string, shape: z.ZodType<T>): Form<T> {
  return {
    words,
    codec: z.codec(z.string(), shape, { decode: parse, encode: (value) => JSON.stringify(value) }),
  };
}

/** Its error would quote the text, which can be a secret. */
function parse(text: string, context: { issues: z.core.$ZodRawIssue[] }) {
  const value = jsonOrUndefined(text);
  if (value !== undefined) return value;
  context.issues.push({ code: "custom", message: "is not JSON", input: undefined });
  return z.NEVER;
}
