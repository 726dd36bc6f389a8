import { organizationBySlug } from "../api/account.ts";
import { allApps } from "../api/apps.ts";
import type { Command } from "../cli/command.ts";
import { json, org } from "../cli/commonFlags.ts";
import { prefixed } from "../errors.ts";
import { relativeTime } from "../go/humanize.ts";
import { slice } from "../go/json.ts";
import { type Invocation, printJson } from "../invocation.ts";
import { table } from "../output/table.ts";
import { App } from "../types/app.ts";

export const appsList: Command = {
  name: "list",
  flags: [json, org],
  run: listApps,
};

async function listApps(invocation: Invocation): Promise<void> {
  const { flags, environment, settings, streams } = invocation;
  // `apps list` ignores FLY_ORGANIZATION.
  const slug = flags.string("org") || environment.first("FLY_ORG");
  const apps = await allApps(invocation, slug ? await organizationId(invocation, slug) : undefined);
  if (settings.jsonOutput) printJson(invocation, slice(App).encode(apps));
  else if (apps.length === 0) streams.out("No apps found\n");
  else streams.out(appsTable(apps));
}

async function organizationId(invocation: Invocation, slug: string): Promise<string> {
  try {
    return (await organizationBySlug(invocation, slug)).ID;
  } catch (error) {
    throw prefixed("error getting organization: ", error);
  }
}

function appsTable(apps: App[]): string {
  const showsNetwork = apps.some(({ Network }) => Network !== "");
  const rows = apps.map((app) => {
    const release = app.Deployed ? app.CurrentRelease : null;
    const latest = release ? relativeTime(Date.parse(release.CreatedAt)) : "";
    return [app.Name, app.Organization.Slug, app.Status, ...(showsNetwork ? [app.Network] : []), latest];
  });
  return table(rows, ["Name", "Owner", "Status", ...(showsNetwork ? ["Network"] : []), "Latest Deploy"]);
}
