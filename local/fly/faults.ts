import { z } from "zod";

/*
 * Faults that a test orders: the next requests that match are answered wrongly. A fault is gone once it has happened
 * `times` times.
 */

const pattern = z.string().refine((text) => {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}, "is no regular expression");

export const faultInput = z.strictObject({
  /** What it happens to; what is left out matches everything. */
  match: z
    .strictObject({
      method: z.string().optional(),
      /** Regular expression, searched in path and query. */
      path: pattern.optional(),
      /** Regular expression, searched in the GraphQL operation as the recorder writes it. */
      operation: pattern.optional(),
      /** Regular expression, searched in the body's JSON. */
      body: pattern.optional(),
    })
    .default({}),
  times: z.int().min(1).default(1),
  /** Do what the request asks before failing it: as when the answer is lost on its way. */
  afterHandling: z.boolean().default(false),
  fail: z.discriminatedUnion("how", [
    z.strictObject({
      how: z.literal("status"),
      status: z.int().min(400).max(599),
      body: z.unknown().optional(),
    }),
    /** No answer until the client gives up. */
    z.strictObject({ how: z.literal("hang") }),
    /** The connection is cut. */
    z.strictObject({ how: z.literal("disconnect") }),
  ]),
});

export type Fault = z.infer<typeof faultInput>;
export type Failure = Fault["fail"];

export interface FaultTarget {
  method: string;
  path: string;
  operation: string | undefined;
  body?: unknown;
}

export class Faults {
  #pending: Fault[] = [];

  add(fault: Fault): void {
    this.#pending.push({ ...fault });
  }

  clear(): void {
    this.#pending = [];
  }

  list(): readonly Fault[] {
    return this.#pending;
  }

  /** The first fault for this request at this moment, which is used up by it. */
  take(target: FaultTarget, afterHandling: boolean): Failure | undefined {
    const fault = this.#pending.find(
      (one) => one.afterHandling === afterHandling && matches(one.match, target),
    );
    if (!fault) return undefined;
    fault.times--;
    if (fault.times === 0) this.#pending = this.#pending.filter((one) => one !== fault);
    return fault.fail;
  }
}

function matches(match: Fault["match"], target: FaultTarget): boolean {
  const { method, path, operation, body } = match;
  if (method !== undefined && method.toUpperCase() !== target.method) return false;
  if (path !== undefined && !new RegExp(path).test(target.path)) return false;
  if (body !== undefined && !new RegExp(body).test(JSON.stringify(target.body) ?? "")) return false;
  return operation === undefined || new RegExp(operation).test(target.operation ?? "");
}
