import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Failure, Faults, FaultTarget } from "./faults.ts";
import { describeOperation } from "./graphql/describeOperation.ts";
import type { Recorder } from "./recorder.ts";
import { redact } from "./redact.ts";

/** Records every request to the APIs, including unknown paths, and applies the faults that a test has ordered. */
export function recordAndFail(
  server: FastifyInstance,
  { recorder, faults }: { recorder: Recorder; faults: Faults },
): void {
  server.addHook("onRequest", async (request, reply) => {
    if (isControl(request)) return;
    const entry = recorder.begin();
    // The onResponse hook would not do: it does not run for a client that has disconnected.
    reply.raw.once("close", () => {
      const { method, path, operation } = describe(request);
      recorder.finish(entry, {
        requestId: request.id,
        method,
        path,
        operation,
        userAgent: request.headers["user-agent"] ?? "",
        status: reply.raw.writableFinished ? reply.statusCode : null,
        body: redact(bodyOf(request)),
      });
    });
  });

  server.addHook("preHandler", async (request, reply) => {
    if (isControl(request)) return;
    const failure = faults.take(describe(request), false);
    if (!failure) return;
    const { status, body } = await answerOf(failure, request);
    return reply.status(status).send(body);
  });

  server.addHook("onSend", async (request, reply, payload) => {
    if (isControl(request)) return payload;
    const failure = faults.take(describe(request), true);
    if (!failure) return payload;
    const { status, body } = await answerOf(failure, request);
    reply.status(status).removeHeader("content-length");
    return JSON.stringify(body);
  });
}

/** The answer of a fault. It never resolves if the fault gives none. */
function answerOf(failure: Failure, request: FastifyRequest): Promise<{ status: number; body: unknown }> {
  if (failure.how === "status") {
    const body = failure.body ?? { error: `ordered fault: ${failure.status}` };
    return Promise.resolve({ status: failure.status, body });
  }
  if (failure.how === "disconnect") request.raw.socket.destroy();
  return new Promise(() => undefined);
}

function isControl(request: FastifyRequest): boolean {
  return request.url.startsWith("/_emulator/");
}

function describe(request: FastifyRequest): FaultTarget {
  const { query } = (request.body ?? {}) as { query?: unknown };
  const operation =
    request.url === "/graphql" && typeof query === "string" ? describeOperation(query) : undefined;
  return { method: request.method, path: request.url, operation, body: request.body };
}

/** The body of a request; for GraphQL only the variables, because the description contains the query. */
function bodyOf(request: FastifyRequest): unknown {
  if (request.url !== "/graphql") return request.body;
  return (request.body as { variables?: unknown } | undefined)?.variables;
}
