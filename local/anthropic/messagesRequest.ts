/** The parts of a Messages API request that matter here. Source: docs.anthropic.com/en/api/messages. */
import { z } from "zod";
import { invalidRequest } from "./apiError.ts";

const block = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
  /** Of a tool's result: text, or blocks. */
  content: z.union([z.string(), z.array(z.looseObject({ text: z.string().optional() }))]).optional(),
  is_error: z.boolean().optional(),
});

/** A plain text stands for one text block. */
const content = z
  .union([z.string(), z.array(block)])
  .transform((value) => (typeof value === "string" ? [{ type: "text", text: value } as Block] : value));

const shape = z.looseObject({
  model: z.string().min(1),
  messages: z.array(z.looseObject({ role: z.enum(["user", "assistant", "system"]), content })).min(1),
  system: content.optional(),
  tools: z.array(z.looseObject({ name: z.string() })).default([]),
  stream: z.boolean().default(false),
});

export type Block = z.infer<typeof block>;
export type MessagesRequest = z.infer<typeof shape>;

/** @throws ApiError 400 as the API words it: the field, and what is wrong with it. */
export function parseMessagesRequest(body: unknown): MessagesRequest {
  const result = shape.safeParse(body);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw invalidRequest(problems.join("; "));
}

/** The text of a block: its own, or that of a tool's result. */
export function textOf({ text, content: result }: Block): string {
  if (text !== undefined) return text;
  if (typeof result === "string") return result;
  return (result ?? []).map((part) => part.text ?? "").join("\n");
}

/** A rough count of a request's tokens: Claude's tokenizer makes about one of four characters of English. */
export function countTokens(request: unknown): number {
  return Math.ceil(JSON.stringify(request).length / 4);
}
