import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { ApiError } from "../apiError.ts";
import { removeApp } from "../appRemoval.ts";
import { appStatus } from "../appStatus.ts";
import { isGone } from "../machines/state.ts";
import { parseBody } from "../requestBody.ts";
import { findOrganization, slugOf } from "../store/accounts.ts";
import { type App, createApp, findApp, networkById } from "../store/apps.ts";
import { machinesOfApp } from "../store/machines.ts";
import { volumesOfApp } from "../store/volumes.ts";
import { type ApiContext, requestedApp, requestedOrganization } from "./context.ts";

const createInput = z.strictObject({
  name: z.string(),
  org_slug: z.string().min(1),
  network: z.string().default(""),
  // A role makes an app something special, such as Postgres or a builder.
  app_role_id: z.literal("").optional(),
});

/** Fly's rule for app names, because they become host names. */
const namePattern = /^[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$/;

export function appRoutes(api: FastifyInstance, context: ApiContext): void {
  const { database, conditions } = context.platform;

  api.post("/apps", async (request, reply) => {
    const input = parseBody(createInput, request.body);
    const { name } = input;
    const organization = requestedOrganization(context, request, input.org_slug);
    if (!namePattern.test(name)) {
      throw new ApiError(
        422,
        "Validation failed: Name may only contain lowercase letters, numbers and dashes",
      );
    }
    if (findApp(database, name) || conditions.isNameTaken(name)) {
      throw new ApiError(422, "Validation failed: Name has already been taken", "name_taken");
    }
    const app = createApp(database, name, organization.id, input.network);
    return reply.status(201).send(appView(context, app));
  });

  api.get("/apps/:app", async (request) => appView(context, requestedApp(context, request)));

  api.delete("/apps/:app", async (request, reply) => {
    await removeApp(context, requestedApp(context, request));
    return reply.status(202).send({});
  });
}

function appView({ platform: { database } }: ApiContext, app: App) {
  const organization = findOrganization(database, app.organizationId);
  const machines = machinesOfApp(database, app.id);
  return {
    id: app.id,
    name: app.name,
    internal_numeric_id: app.number,
    network: networkById(database, app.networkId).name,
    status: appStatus(database, app),
    machine_count: machines.filter((machine) => !isGone(machine.state)).length,
    volume_count: volumesOfApp(database, app.id).length,
    organization: organization && {
      name: organization.name,
      slug: slugOf(organization),
      internal_numeric_id: organization.number,
    },
    cname_target: "",
    app_role: "",
  };
}
