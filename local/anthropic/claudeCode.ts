/**
 * What Claude Code asks of its own accord when it starts and when it is at work. Who calls the API under another address is not asked for it.
 *
 * The answers are those for an account without an organization's rules. Claude Code names them itself: "No restrictions found (404)", "No
 * settings found (404)", "403 for OAuth token without profile scope".
 */
import type { FastifyInstance } from "fastify";
import { ApiError } from "./apiError.ts";
import { checkAccount, checkKnown } from "./credentials.ts";
import type { World } from "./world.ts";

export function claudeCodeRoutes(server: FastifyInstance, world: World): void {
  // A connection is to be ready before the first message.
  server.get("/api/hello", async () => ({ message: "hello" }));

  for (const rules of ["/api/claude_code/policy_limits", "/api/claude_code/settings"]) {
    server.get(rules, async ({ headers }) => {
      checkKnown(headers, world.credentials);
      throw new ApiError(404, "not_found_error", "Not found");
    });
  }

  server.get("/api/claude_cli/bootstrap", async ({ headers }) => {
    if (checkKnown(headers, world.credentials) === "oauth-token") checkAccount(headers, world.credentials);
    return { client_data: null, additional_model_options: [] };
  });

  // Whether the organization pays for the fast mode.
  server.get("/api/claude_code_penguin_mode", async ({ headers }) => {
    checkKnown(headers, world.credentials);
    return { enabled: false, disabled_reason: "preference" };
  });

  // Features that are switched on for some, and what is counted. A machine's agents ask none of it: their environment says so.
  server.post("/api/eval/:client", async () => ({ features: {} }));
  server.post("/api/event_logging/v2/batch", async () => ({ accepted_count: 0, rejected_count: 0 }));
  server.get("/api/claude_code/organizations/metrics_enabled", async ({ headers }) => {
    checkKnown(headers, world.credentials);
    return { metrics_logging_enabled: false };
  });

  // The directory of MCP servers. Anybody may read it.
  server.get("/mcp-registry/v0/servers", async () => ({ servers: [], metadata: { count: 0 } }));
}
