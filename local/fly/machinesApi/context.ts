import type { FastifyRequest } from "fastify";
import { ApiError, unauthorized } from "../apiError.ts";
import { type Action, mayRun, mayUseApp, mayUseOrganization, type Principal } from "../auth.ts";
import { checkLease } from "../machines/lease.ts";
import type { MachineRunner } from "../machines/runner.ts";
import { isGone } from "../machines/state.ts";
import type { Platform } from "../platform.ts";
import { findUser, type Organization, organizationBySlug } from "../store/accounts.ts";
import { type App, findApp } from "../store/apps.ts";
import { findMachine, type Machine } from "../store/machines.ts";
import { findVolume, type Volume } from "../store/volumes.ts";

/** The parts that the routes of all three APIs share. */
export interface ApiContext {
  platform: Platform;
  runner: MachineRunner;
}

declare module "fastify" {
  interface FastifyRequest {
    principal: Principal;
  }
}

/** GET and HEAD read; every other method writes. */
function actionOf(request: FastifyRequest): Action {
  return request.method === "GET" || request.method === "HEAD" ? "read" : "write";
}

function parameter(request: FastifyRequest, name: string): string {
  return String((request.params as Record<string, unknown>)[name] ?? "");
}

/**
 * The app that the path or `name` names.
 * @throws ApiError 404 if there is none, 403 if it belongs to another organisation or is outside the token's scope.
 */
export function requestedApp(
  { platform }: ApiContext,
  request: FastifyRequest,
  name = parameter(request, "app"),
  action = actionOf(request),
): App {
  const app = findApp(platform.database, name);
  if (!app) throw new ApiError(404, "app not found");
  if (!mayUseApp(request.principal, app, action)) throw unauthorized();
  return app;
}

/** @throws ApiError 404 or 403, as for apps. */
export function requestedOrganization(
  { platform }: ApiContext,
  request: FastifyRequest,
  slug: string,
): Organization {
  const organization = organizationBySlug(platform.database, slug, request.principal.token.userId);
  if (!organization) throw new ApiError(404, `organization ${slug} not found`);
  if (!mayUseOrganization(request.principal, organization.id, actionOf(request))) {
    throw unauthorized();
  }
  return organization;
}

/** The machine that the path names, even if it is destroyed. */
export function requestedMachine(
  context: ApiContext,
  request: FastifyRequest,
  action = actionOf(request),
): { app: App; machine: Machine } {
  const app = requestedApp(context, request, undefined, action);
  const machine = findMachine(context.platform.database, parameter(request, "machine"));
  if (!machine || machine.appId !== app.id) throw new ApiError(404, "machine not found");
  return { app, machine };
}

/**
 * The machine that the path names, for running a command in it.
 * @throws ApiError 403 if the token is not allowed to run this command.
 */
export function commandableMachine(
  context: ApiContext,
  request: FastifyRequest,
  command: readonly string[],
): Machine {
  const { app, machine } = requestedMachine(context, request, "read");
  if (!mayRun(request.principal, app, command)) throw unauthorized();
  return machine;
}

/**
 * The machine that the path names, for changing it.
 * @throws ApiError 404 once it is destroyed, 409 if somebody else holds its lease.
 */
export function changeableMachine(context: ApiContext, request: FastifyRequest) {
  const { app, machine } = requestedMachine(context, request);
  if (isGone(machine.state)) throw new ApiError(404, `machine ${machine.id} is destroyed`);
  checkLease(machine, nonceOf(request), Date.now());
  return { app, machine };
}

export function requestedVolume(context: ApiContext, request: FastifyRequest): { app: App; volume: Volume } {
  const app = requestedApp(context, request);
  const volume = findVolume(context.platform.database, parameter(request, "volume"));
  if (!volume || volume.appId !== app.id) throw new ApiError(404, "volume not found");
  return { app, volume };
}

export function nonceOf(request: FastifyRequest): string | undefined {
  const header = request.headers["fly-machine-lease-nonce"];
  return (Array.isArray(header) ? header[0] : header) || undefined;
}

export function emailOf({ platform }: ApiContext, request: FastifyRequest): string {
  return findUser(platform.database, request.principal.token.userId).email;
}
