/** What the real API does not have: for tests. No credential is needed. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { invalidRequest } from "./apiError.ts";
import { type Credentials, credentialsSchema } from "./credentials.ts";
import type { Gates } from "./gates.ts";
import type { Recorder } from "./recorder.ts";
import { type Refusal, refusalSchema } from "./refusals.ts";
import type { Script } from "./script.ts";

/** What the stand-in knows and keeps. */
export interface World {
  scripts: readonly Script[];
  credentials: Credentials;
  gates: Gates;
  recorder: Recorder;
  /** What everybody gets whose credential is right; undefined: an answer. */
  refusal: Refusal | undefined;
}

const prefix = "/_anthropic/";

export const isControl = (url: string) => url.startsWith(prefix);

export function controlRoutes(server: FastifyInstance, world: World): void {
  server.get(`${prefix}requests`, async () => world.recorder.list());

  server.delete(`${prefix}requests`, async (_request, reply) => {
    world.recorder.clear();
    return reply.status(204).send();
  });

  // {"open": true} lets everything pass that waits before the gate, from now on.
  server.put<{ Params: { name: string } }>(`${prefix}gates/:name`, async ({ params, body }, reply) => {
    const { open } = parse(z.strictObject({ open: z.boolean() }), body);
    if (open) world.gates.open(params.name);
    else world.gates.close(params.name);
    return reply.status(204).send();
  });

  // Replaces who may ask, e.g. to let a token expire.
  server.put(`${prefix}credentials`, async ({ body }, reply) => {
    world.credentials = parse(credentialsSchema, body);
    return reply.status(204).send();
  });

  server.put(`${prefix}refusal`, async ({ body }, reply) => {
    world.refusal = parse(refusalSchema, body);
    return reply.status(204).send();
  });

  server.delete(`${prefix}refusal`, async (_request, reply) => {
    world.refusal = undefined;
    return reply.status(204).send();
  });
}

function parse<Shape extends z.ZodType>(shape: Shape, body: unknown): z.infer<Shape> {
  const result = shape.safeParse(body);
  // Not zod's whole error: it may hold a credential's value.
  if (!result.success)
    throw invalidRequest(result.error.issues.map(({ path }) => `${path.join(".")} is wrong`).join("; "));
  return result.data;
}
