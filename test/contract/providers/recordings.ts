// The recorded gRPC calls of the real engine to the real plugins, in the order in which they were made.
import { readFileSync } from "node:fs";
import type { JsonObject, Method } from "./messages.ts";

export interface Recording {
  /** One run of the engine. Each run starts every plugin anew. */
  step: string;
  provider: string;
  method: Method;
  request: JsonObject;
  response: JsonObject | null;
  errors?: string[];
}

const files = ["provider-calls.jsonl", "random-password-calls.jsonl"];

export function readRecordings(): Recording[] {
  const lines = files.flatMap((file) =>
    readFileSync(new URL(`../recordings/${file}`, import.meta.url), "utf8")
      .trimEnd()
      .split("\n"),
  );
  return lines.map((line) => JSON.parse(line));
}

/** The call and its resource, for a test's name. */
export function titleOf({ step, provider, method, request }: Recording): string {
  return `${step}: ${provider} ${method} ${String(request.name ?? "")}`.trim();
}
