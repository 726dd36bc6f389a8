import { existsSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { chosenOrganization } from "../api/account.ts";
import { fullApp } from "../api/apps.ts";
import { between, type Command } from "../cli/command.ts";
import { json, org, yes } from "../cli/commonFlags.ts";
import type { FlagSet } from "../cli/flagSet.ts";
import { FlyError, NotEmulated, promptRefused } from "../errors.ts";
import { rfc3339Seconds } from "../go/time.ts";
import { type Invocation, printJson } from "../invocation.ts";
import { App } from "../types/app.ts";
import { FlapsApp } from "../types/flapsApp.ts";

export const appsCreate: Command = {
  name: "create",
  operands: "<app name>",
  short: "Create a new application.",
  long:
    "Create a new application on the Fly platform. This command won't generate a fly.toml configuration file, but " +
    "you can fetch one with 'fly config save -a <app_name>'.",
  arguments: between(0, 1),
  flags: [
    { name: "name", type: "string", help: "The app name to use" },
    { name: "generate-name", type: "bool", help: "Generate an app name" },
    { name: "network", type: "string", help: "Specify custom network id" },
    { name: "machines", type: "bool", hidden: true, help: "Use the machines platform" },
    yes,
    { name: "save", type: "bool", help: "Save the app name to the config file" },
    org,
    json,
  ],
  run: createApp,
};

async function createApp(invocation: Invocation): Promise<void> {
  const { flags, flaps, settings, streams } = invocation;
  const name = appName(flags);
  const organization = await chosenOrganization(invocation);
  const request = { name, org_slug: organization.Slug, network: flags.string("network"), app_role_id: "" };
  const created = await flaps.fetch(FlapsApp, "POST", "/apps?wait=true", { body: request });
  await waitForApp(invocation, created.name);
  if (settings.jsonOutput) {
    printJson(invocation, App.encode(await fullApp(invocation, created.name)));
    return;
  }
  streams.out(`New app created: ${created.name}\n`);
  if (flags.bool("save")) saveAppName(invocation, created.name);
}

function appName(flags: FlagSet): string {
  const [argument = ""] = flags.args;
  const option = flags.string("name");
  if (argument && option && argument !== option) {
    throw new FlyError(`two app names specified ${argument} and ${option}, only one may be specified`);
  }
  if (argument || option) return argument || option;
  if (flags.bool("generate-name")) throw new NotEmulated("--generate-name");
  throw promptRefused("name argument or flag");
}

/** The Machines API does not know a new app at once; it gets a minute. */
async function waitForApp({ flaps }: Invocation, name: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (let pause = 100; ; pause = Math.min(500, pause * 2)) {
    try {
      await flaps.send("GET", `/apps/${encodeURIComponent(name)}`);
      return;
    } catch (error) {
      const status = error instanceof FlyError ? error.details.status : undefined;
      const wait = pause * (0.5 + Math.random());
      if ((status !== 404 && status !== 401) || Date.now() + wait > deadline) throw error;
      await delay(wait);
    }
  }
}

function saveAppName({ flags, streams }: Invocation, name: string): void {
  const file = resolve("fly.toml");
  if (existsSync(file) && !flags.bool("yes")) throw new FlyError("prompt: non interactive");
  const header = `# fly.toml app configuration file generated for ${name} on ${rfc3339Seconds(new Date())}`;
  const manual =
    "See https://fly.io/docs/reference/configuration/ for information about how to use this file.";
  writeFileSync(file, `${header}\n#\n# ${manual}\n#\n\napp = '${name}'\n`);
  streams.out("Wrote config file fly.toml\n");
}
