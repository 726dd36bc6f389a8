/** GET /v1/models: what a picker of models shows. Source: docs.anthropic.com/en/api/models-list. */
import type { FastifyInstance } from "fastify";
import { ApiError } from "./apiError.ts";

const model = (id: string, display_name: string) => ({
  type: "model",
  id,
  display_name,
  created_at: "2026-05-01T00:00:00Z",
});

const models = [
  model("claude-opus-5", "Claude Opus 5"),
  model("claude-sonnet-5", "Claude Sonnet 5"),
  model("claude-haiku-4-5", "Claude Haiku 4.5"),
];

export function modelRoutes(server: FastifyInstance): void {
  server.get("/v1/models", async () => ({
    data: models,
    has_more: false,
    first_id: models[0]?.id,
    last_id: models.at(-1)?.id,
  }));

  server.get<{ Params: { id: string } }>("/v1/models/:id", async ({ params }) => {
    const found = models.find(({ id }) => id === params.id);
    if (!found) throw new ApiError(404, "not_found_error", `model: ${params.id}`);
    return found;
  });
}
