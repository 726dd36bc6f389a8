import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { ApiError } from "../apiError.ts";
import { parseBody } from "../requestBody.ts";
import { appById } from "../store/apps.ts";
import { listSecrets, type Secret, setSecrets } from "../store/secrets.ts";
import { type ApiContext, requestedApp } from "./context.ts";

const setInput = z.strictObject({ values: z.record(z.string(), z.string().nullable()) });
// Values are never shown. A client that asks for them is refused.
const listQuery = z.strictObject({
  version: z.coerce.number().int().min(0).optional(),
  show_secrets: z.literal("false").optional(),
});

export function secretRoutes(api: FastifyInstance, context: ApiContext): void {
  const { database } = context.platform;

  api.get("/apps/:app/secrets", async (request) => {
    const app = requestedApp(context, request);
    const { version = 0 } = parseBody(listQuery, request.query);
    if (version > app.secretsVersion) {
      throw new ApiError(
        412,
        `the secrets of app ${app.name} are at version ${app.secretsVersion}, not yet at ${version}`,
      );
    }
    return { secrets: listSecrets(database, app).map(secretView) };
  });

  api.post("/apps/:app/secrets", async (request) => {
    const app = requestedApp(context, request);
    const { values } = parseBody(setInput, request.body);
    if (Object.keys(values).some((name) => !/^[A-Za-z0-9_]+$/.test(name))) {
      throw new ApiError(422, "Validation failed: Name only allows letters, numbers, and underscores");
    }
    const version = setSecrets(database, app, values);
    const secrets = listSecrets(database, appById(database, app.id)).map(secretView);
    return { secrets, version };
  });
}

function secretView(secret: Secret) {
  return {
    name: secret.name,
    digest: secret.digest,
    created_at: secret.createdAt,
    updated_at: secret.updatedAt,
  };
}
