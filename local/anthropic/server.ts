/** The API's HTTP: credentials, the record of requests, and refusals. */
import { randomBytes } from "node:crypto";
import Fastify, { type FastifyInstance, type FastifyRequest, LogController } from "fastify";
import type { Certificate } from "../internet/authority.ts";
import { ApiError, notScripted } from "./apiError.ts";
import { claudeCodeRoutes } from "./claudeCode.ts";
import { checkCredential, presented } from "./credentials.ts";
import { messageRoutes } from "./messages.ts";
import { modelRoutes } from "./models.ts";
import type { RecordedRequest } from "./recorder.ts";
import { refuse } from "./refusals.ts";
import { usageRoutes } from "./usage.ts";
import type { World } from "./world.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** What is recorded of this request. */
    entry: RecordedRequest;
  }
}

/**
 * A server that is not listening yet.
 *
 * @param https its certificate. Without one it speaks HTTP
 */
export function newServer(
  world: World,
  logTo: NodeJS.WritableStream,
  https?: Certificate | undefined,
): FastifyInstance {
  const server = Fastify({
    ...(https ? { https } : {}),
    logger: { stream: logTo },
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => `req_01${randomBytes(11).toString("hex")}`,
    // A client that waits for the model must not keep the stand-in from stopping.
    forceCloseConnections: true,
    // The API's own limit.
    bodyLimit: 32 * 1024 * 1024,
  }) as FastifyInstance;
  record(server, world);
  answerErrors(server);
  claudeCodeRoutes(server, world);
  usageRoutes(server, world);
  server.register(async (api) => {
    api.addHook("onRequest", async ({ headers }) => {
      checkCredential(headers, world.credentials);
      if (world.refusal) throw refuse(world.refusal);
    });
    messageRoutes(api, world);
    modelRoutes(api);
  });
  return server;
}

function record(server: FastifyInstance, world: World): void {
  server.decorateRequest("entry", null as unknown as RecordedRequest);
  server.addHook("onRequest", async (request, reply) => {
    request.entry = entryOf(request, world);
    world.recorder.add(request.entry);
    // Not the onResponse hook: it does not run for a client that went away.
    reply.raw.once("close", () => {
      request.entry.status = reply.raw.writableFinished ? reply.statusCode : null;
    });
  });
  server.addHook("onRequest", async (request, reply) => {
    reply.header("request-id", request.id);
  });
}

function entryOf({ id, method, url, headers }: FastifyRequest, { credentials }: World): RecordedRequest {
  const session = headers["x-claude-code-session-id"];
  return {
    time: new Date().toISOString(),
    requestId: id,
    method,
    path: url.split("?")[0] ?? url,
    userAgent: headers["user-agent"] ?? "",
    credential: presented(headers, credentials) ?? null,
    ...(typeof session === "string" ? { session } : {}),
    status: null,
  };
}

function answerErrors(server: FastifyInstance): void {
  server.setNotFoundHandler(({ method, url }) => {
    throw notScripted(`this stand-in has no ${method} ${url}`);
  });
  server.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error instanceof ApiError ? error.status : (error.statusCode ?? 500);
    const type =
      error instanceof ApiError ? error.type : status < 500 ? "invalid_request_error" : "api_error";
    // A retry would not help. The API says the same with a 4xx, and its clients know this header.
    reply.header("x-should-retry", "false");
    if (error instanceof ApiError) reply.headers(error.headers);
    if (status >= 500) {
      request.entry.problem = error.message;
      request.log.error({ method: request.method, path: request.url, problem: error.message }, "refused");
    }
    if (!(error instanceof ApiError)) request.log.error(error);
    return reply
      .status(status)
      .send({ type: "error", error: { type, message: error.message }, request_id: request.id });
  });
}
