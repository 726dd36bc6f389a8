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

  // The directory of MCP servers. Anybody may read it.
  server.get("/mcp-registry/v0/servers", async () => ({ servers: [], metadata: { count: 0 } }));
}
