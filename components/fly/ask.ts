/** Questions to Fly.io that change nothing: each is a command line and the shape of its answer. All of them throw as `flyctlJson` does. */
import { z } from "zod";
import * as answers from "./answers.ts";
import * as commands from "./commands.ts";
import { flyctlJson } from "./flyctl.ts";

/** The organization's apps. `app` only tells whose configuration directory flyctl uses. */
export const apps = (app: string, organization: string) =>
  flyctlJson(app, commands.apps.list(organization), z.array(answers.app));

export const addresses = (app: string) => flyctlJson(app, commands.ips.list(app), z.array(answers.address));

export const machines = (app: string) =>
  flyctlJson(app, commands.machine.list(app), z.array(answers.machine));

export const sizedMachines = (app: string) =>
  flyctlJson(app, commands.machine.list(app), z.array(answers.sizedMachine));

export const regions = (app: string) => flyctlJson(app, commands.platform.regions(), z.array(answers.region));

export const secrets = (app: string) => flyctlJson(app, commands.secrets.list(app), z.array(answers.secret));

export const volumes = (app: string) => flyctlJson(app, commands.volumes.list(app), z.array(answers.volume));
