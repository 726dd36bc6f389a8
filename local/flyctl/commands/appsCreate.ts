import { setTimeout as delay } from "node:timers/promises";
import { chosenOrganization } from "../api/account.ts";
import { between, type Command } from "../cli/command.ts";
import { org, yes } from "../cli/commonFlags.ts";
import { FlyError, promptRefused } from "../errors.ts";
import type { Invocation } from "../invocation.ts";
import { FlapsApp } from "../types/flapsApp.ts";

export const appsCreate: Command = {
  name: "create",
  arguments: between(0, 1),
  flags: [{ name: "network", type: "string" }, yes, org],
  run: createApp,
};

async function createApp(invocation: Invocation): Promise<void> {
  const { args, flags, flaps, streams } = invocation;
  const [name] = args;
  if (!name) throw promptRefused("name argument or flag");
  const organization = await chosenOrganization(invocation);
  const request = { name, org_slug: organization.Slug, network: flags.string("network"), app_role_id: "" };
  const created = await flaps.fetch(FlapsApp, "POST", "/apps?wait=true", { body: request });
  await waitForApp(invocation, created.name);
  streams.out(`New app created: ${created.name}\n`);
}

/** The Machines API does not know a new app immediately. Waits for up to a minute. */
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
