import type { z } from "zod";
import { ApiError, notEmulated } from "./apiError.ts";

/**
 * Parses a request body into the shape that an endpoint knows.
 *
 * @throws ApiError 501 naming every field, and every value of a closed list, that the emulator does not know. It could
 * matter on Fly, so it is not ignored. 400 naming what is wrong with the known ones.
 */
export function parseBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const result = schema.safeParse(body ?? {});
  if (result.success) return result.data;
  const unknown = result.error.issues.flatMap(unknownTo);
  if (unknown.length > 0) throw notEmulated(unknown.join(", "));
  throw new ApiError(400, `invalid request: ${describe(result.error.issues)}`);
}

function unknownTo(issue: z.core.$ZodIssue): string[] {
  const path = issue.path.join(".");
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => `field ${path ? `${path}.` : ""}${key}`);
    case "invalid_value":
      return [
        `a value of ${path} other than ${issue.values.map((value) => JSON.stringify(value)).join(", ")}`,
      ];
    default:
      return [];
  }
}

function describe(issues: readonly z.core.$ZodIssue[]): string {
  return issues.map((issue) => `${issue.path.join(".") || "body"}: ${issue.message}`).join("; ");
}
