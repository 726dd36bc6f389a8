import { z } from "zod";

/*
 * Faults that a test orders. The next matching requests get a wrong answer. A fault is removed once it has happened
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
  /** The requests that it happens to. An omitted field matches everything. */
  match: z
    .strictObject({
      method: z.string().optional(),
      /** Regular expression, searched for in path and query. */
      path: pattern.optional(),
      /** Regular expression, searched for in the GraphQL operation as the recorder writes it. */
      operation: pattern.optional(),
      /** Regular expression, searched for in the body's JSON. */
      body: pattern.optional(),
    })
    .default({}),
  times: z.int().min(1).default(1),
  /** Whether to do what the request asks before failing it, as when the answer is lost on its way. */
  afterHandling: z.boolean().default(false),
  fail: z.discriminatedUnion("how", [
    z.strictObject({
      how: z.literal("status"),
      status: z.int().min(400).max(599),
      body: z.unknown().optional(),
    }),
    /** There is no answer until the client gives up. */
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

  /** Uses up the first fault that matches this request at this moment. */
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
