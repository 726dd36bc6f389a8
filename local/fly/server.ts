import Fastify, { type FastifyInstance, type FastifyRequest, LogController } from "fastify";
import { ApiError } from "./apiError.ts";
import { appLogRoutes } from "./appLogs.ts";
import { authenticate, type Principal } from "./auth.ts";
import { type Control, controlRoutes } from "./control.ts";
import { graphqlRoute } from "./graphql/execute.ts";
import * as ids from "./ids.ts";
import { appRoutes } from "./machinesApi/apps.ts";
import { ipAssignmentRoutes } from "./machinesApi/ipAssignments.ts";
import { machineSessionRoutes } from "./machinesApi/machineSession.ts";
import { machineRoutes } from "./machinesApi/machines.ts";
import { platformRoutes } from "./machinesApi/platformRegions.ts";
import { secretRoutes } from "./machinesApi/secrets.ts";
import { snapshotRoutes } from "./machinesApi/snapshots.ts";
import { volumeRoutes } from "./machinesApi/volumes.ts";
import { recordAndFail } from "./requestHooks.ts";
import { uiexRoutes } from "./uiex.ts";

/** A server without routes that writes to the emulator's log. */
export function newServer(logTo: NodeJS.WritableStream): FastifyInstance {
  return Fastify({
    logger: { stream: logTo },
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => ids.ulid(),
    // A client that is waiting for a machine must not keep the emulator from stopping.
    forceCloseConnections: true,
    bodyLimit: 16 * 1024 * 1024,
  }) as FastifyInstance;
}

/** Adds all three of Fly's APIs to one origin; their paths do not overlap. */
export function addRoutes(server: FastifyInstance, control: Control): void {
  acceptEmptyJson(server);
  answerErrors(server);
  recordAndFail(server, control);
  controlRoutes(server, control);
  server.register(async (api) => {
    authenticateAll(api, control);
    graphqlRoute(api, control);
    api.register(async (machines) => machinesApi(machines, control), { prefix: "/v1" });
    api.register(
      async (uiex) => {
        uiexRoutes(uiex, control);
        appLogRoutes(uiex, control);
      },
      { prefix: "/api/v1" },
    );
  });
}

function machinesApi(api: FastifyInstance, control: Control): void {
  appRoutes(api, control);
  volumeRoutes(api, control);
  snapshotRoutes(api, control);
  secretRoutes(api, control);
  ipAssignmentRoutes(api, control);
  machineRoutes(api, control);
  machineSessionRoutes(api, control);
  platformRoutes(api);
}

function authenticateAll(api: FastifyInstance, { platform }: Control): void {
  const principals = new WeakMap<FastifyRequest, Principal>();
  api.decorateRequest("principal", {
    getter(this: FastifyRequest) {
      const principal = principals.get(this);
      if (!principal) throw new ApiError(401, "unauthorized");
      return principal;
    },
  });
  api.addHook("preHandler", async (request) => {
    principals.set(request, authenticate(platform.database, request.headers.authorization, new Date()));
  });
}

/** flyctl sends `Content-Type: application/json` even without a body. */
function acceptEmptyJson(server: FastifyInstance): void {
  server.removeContentTypeParser("application/json");
  server.addContentTypeParser("application/json", { parseAs: "string" }, (_request, body, done) => {
    try {
      done(null, body === "" ? undefined : JSON.parse(String(body)));
    } catch {
      done(new ApiError(400, "the body is no JSON"));
    }
  });
}

function answerErrors(server: FastifyInstance): void {
  server.addHook("onRequest", async (request, reply) => {
    reply.header("fly-request-id", request.id);
  });
  server.setNotFoundHandler((request) => {
    throw new ApiError(501, `not emulated: ${request.method} ${request.url}`);
  });
  server.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const { method, url: path } = request;
    const status = error instanceof ApiError ? error.httpStatus : (error.statusCode ?? 500);
    const word = error instanceof ApiError ? error.word : undefined;
    if (status >= 500) request.log.error({ method, path, status, reason: error.message }, "refused");
    if (!(error instanceof ApiError)) request.log.error(error);
    return reply
      .status(status)
      .send({ error: error.message, ...(word === undefined ? {} : { status: word }) });
  });
}
