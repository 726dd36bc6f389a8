/** GET /api/oauth/usage: how much of its limits a subscription has used. Claude Code asks it for `/usage`, and Paperclip for its costs page. */
import type { FastifyInstance } from "fastify";
import { checkAccount } from "./credentials.ts";
import { refuse } from "./refusals.ts";
import type { World } from "./world.ts";

const window = (utilization: number, hours: number) => ({
  utilization,
  resets_at: new Date(Date.now() + hours * 3_600_000).toISOString(),
});

export function usageRoutes(server: FastifyInstance, world: World): void {
  server.get("/api/oauth/usage", async ({ headers }) => {
    checkAccount(headers, world.credentials);
    if (world.refusal) throw refuse(world.refusal);
    return {
      five_hour: window(12, 3),
      seven_day: window(34, 70),
      seven_day_opus: null,
      seven_day_sonnet: null,
      extra_usage: { is_enabled: false, monthly_limit: null, used_credits: null, utilization: null },
    };
  });
}
