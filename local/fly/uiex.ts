import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { ApiError } from "./apiError.ts";
import { mayUseApp } from "./auth.ts";
import { type ApiContext, requestedApp, requestedOrganization } from "./machinesApi/context.ts";
import { parseBody } from "./requestBody.ts";
import { findUser, slugOf } from "./store/accounts.ts";
import { appById } from "./store/apps.ts";
import * as releases from "./store/releases.ts";

const buildInput = z.object({ app_name: z.string() });
const finishInput = z.object({ app_name: z.string(), build_id: z.int(), status: z.string() });
const releaseInput = z.strictObject({
  app_name: z.string(),
  build_id: z.int().nullish(),
  definition: z.looseObject({}),
  image: z.string(),
  strategy: z.string(),
});
const releaseChange = z.strictObject({ status: z.string(), metadata: z.looseObject({}).nullish() });
const listQuery = z.object({ limit: z.coerce.number().int().min(1).max(100).default(20) });

/** The part of the REST API of Fly's own pages that a deploy uses. */
export function uiexRoutes(api: FastifyInstance, context: ApiContext): void {
  const { database } = context.platform;

  api.get<{ Params: { slug: string } }>("/organizations/:slug", async (request) => {
    const organization = requestedOrganization(context, request, request.params.slug);
    return {
      organization: {
        id: organization.id,
        internal_numeric_id: organization.number,
        slug: slugOf(organization),
        raw_slug: organization.rawSlug,
        paid_plan: true,
        personal: organization.type === "PERSONAL",
        billing_status: "CURRENT",
        name: organization.name,
        billable: true,
        remote_builder_image: "",
      },
    };
  });

  api.post("/builds", async (request) => {
    const app = requestedApp(context, request, parseBody(buildInput, request.body).app_name);
    return buildView(releases.startBuild(database, app.id));
  });

  api.post("/builds/finish", async (request) => {
    const input = parseBody(finishInput, request.body);
    const app = requestedApp(context, request, input.app_name);
    const build = releases.finishBuild(database, app.id, input.build_id, input.status);
    if (!build) throw new ApiError(404, "build not found");
    return buildView(build);
  });

  api.post("/releases", async (request, reply) => {
    const input = parseBody(releaseInput, request.body);
    const app = requestedApp(context, request, input.app_name);
    const release = releases.createRelease(database, {
      appId: app.id,
      strategy: input.strategy,
      imageRef: input.image,
      definition: JSON.stringify(input.definition),
      userId: request.principal.token.userId,
    });
    return reply.status(201).send({ release: releaseView(context, release) });
  });

  api.patch<{ Params: { id: string } }>("/releases/:id", async (request) => {
    const release = releases.findRelease(database, request.params.id);
    const app = release && appById(database, release.appId);
    if (!release || !app || !mayUseApp(request.principal, app, "write")) {
      throw new ApiError(404, "release not found");
    }
    const { status, metadata } = parseBody(releaseChange, request.body);
    const changed = releases.changeRelease(
      database,
      release.id,
      status,
      metadata ? JSON.stringify(metadata) : null,
    );
    return releaseView(context, changed);
  });

  api.get("/apps/:app/releases", async (request) => {
    const app = requestedApp(context, request);
    const { limit } = parseBody(listQuery, request.query);
    const found = releases.releasesOfApp(database, app.id, limit);
    return { releases: found.map((release) => releaseView(context, release)) };
  });
}

function buildView(build: releases.Build) {
  return { id: build.id, status: build.status, wallclock_time_ms: releases.buildMilliseconds(build) };
}

function releaseView({ platform }: ApiContext, release: releases.Release) {
  return {
    id: release.id,
    version: release.version,
    // Nothing on Fly sets this field any more.
    stable: false,
    in_progress: releases.isInProgress(release),
    status: release.status,
    strategy: release.strategy,
    user: findUser(platform.database, release.userId).email,
    created_at: release.createdAt,
    image_ref: release.imageRef,
    metadata: release.metadata === null ? null : JSON.parse(release.metadata),
  };
}
