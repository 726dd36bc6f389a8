import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { type ApiContext, requestedApp } from "./machinesApi/context.ts";
import { parseBody } from "./requestBody.ts";
import { type LogEntry, logsAfter } from "./store/logs.ts";

const query = z.strictObject({
  next_token: z.string().regex(/^\d*$/, "was not given out by this endpoint").default(""),
  instance: z.string().optional(),
  region: z.string().optional(),
});

/**
 * The output of an app's machines. `next_token` names the last entry of the previous page. At the end the page is empty and
 * the token stays the same, because flyctl asks again immediately after a page with entries.
 */
export function appLogRoutes(api: FastifyInstance, context: ApiContext): void {
  api.get("/apps/:app/logs", async (request) => {
    const app = requestedApp(context, request);
    const { next_token: token, instance, region } = parseBody(query, request.query);
    const after = token === "" ? null : Number(token);
    const entries = logsAfter(context.platform.database, app.id, after, { machineId: instance, region });
    return {
      data: entries.map(logView),
      meta: { next_token: String(entries.at(-1)?.number ?? token) },
    };
  });
}

function logView(entry: LogEntry) {
  const where = { instance: entry.machineId, region: entry.region };
  return {
    id: String(entry.number),
    type: "log",
    attributes: {
      timestamp: entry.timestamp,
      message: entry.message,
      level: entry.level,
      ...where,
      meta: { ...where, event: { provider: entry.provider } },
    },
  };
}
