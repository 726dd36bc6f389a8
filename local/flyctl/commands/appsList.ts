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
  aliases: ["ls"],
  short: "List applications.",
  long:
    "List the applications currently available to this user. The list includes applications from all the " +
    "organizations the user is a member of. The list shows the name, owner (org), status, and date/time of latest " +
    "deploy for each app. Apps on a non-default network also show the network name.",
  flags: [json, org, { name: "quiet", short: "q", type: "bool", help: "Only list app names" }],
  run: listApps,
};

async function listApps(invocation: Invocation): Promise<void> {
  const { flags, environment, settings, streams } = invocation;
  // Here FLY_ORGANIZATION does not count.
  const slug = flags.string("org") || environment.first("FLY_ORG");
  const apps = await allApps(invocation, slug ? await organizationId(invocation, slug) : undefined);
  const isQuiet = flags.bool("quiet");
  if (settings.jsonOutput) printJson(invocation, slice(App).encode(apps));
  else if (apps.length === 0) streams.out(isQuiet ? "" : "No apps found\n");
  else if (isQuiet) streams.out(table(apps.map(({ Name }) => [Name])));
  else streams.out(appsTable(apps, flags.bool("verbose")));
}

async function organizationId(invocation: Invocation, slug: string): Promise<string> {
  try {
    return (await organizationBySlug(invocation, slug)).ID;
  } catch (error) {
    throw prefixed("error getting organization: ", error);
  }
}

function appsTable(apps: App[], verbose: boolean): string {
  const showsNetwork = apps.some(({ Network }) => Network !== "");
  const rows = apps.map((app) => {
    const isShells = !verbose && app.Name.startsWith("flyctl-interactive-shells-");
    const name = isShells ? "(interactive shells app)" : app.Name;
    const release = app.Deployed ? app.CurrentRelease : null;
    const latest = release ? relativeTime(Date.parse(release.CreatedAt)) : "";
    return [name, app.Organization.Slug, app.Status, ...(showsNetwork ? [app.Network] : []), latest];
  });
  return table(rows, ["Name", "Owner", "Status", ...(showsNetwork ? ["Network"] : []), "Latest Deploy"]);
}
