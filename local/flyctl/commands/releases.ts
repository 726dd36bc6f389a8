import { document } from "../api/graphql.ts";
import type { Command } from "../cli/command.ts";
import { app, json } from "../cli/commonFlags.ts";
import { prefixed } from "../errors.ts";
import { relativeTime } from "../go/humanize.ts";
import { slice } from "../go/json.ts";
import { printJson } from "../invocation.ts";
import { table } from "../output/table.ts";
import { Release } from "../types/app.ts";

const query = document`
  query($appName: String!, $limit: Int!) {
    app(name: $appName) {
      releases: releasesUnprocessed(first: $limit) {
        nodes { id version description reason status imageRef stable user { id email name } createdAt }
      }
    }
  }`;
const limit = 25;
const headers = ["Version", "Status", "Description", "User", "Date"];

export const releases: Command = {
  name: "releases",
  app: "required",
  arguments: "none",
  flags: [app, json, { name: "image", type: "bool" }],
  async run(invocation) {
    const { appName, flags, graphql, settings, streams } = invocation;
    const found = await graphql
      .run(query, "app.releases.nodes", slice(Release), { appName, limit })
      .catch((error) => {
        throw prefixed(`failed retrieving app releases ${appName}: `, error);
      });
    const newestFirst = [...found].sort((a, b) => b.Version - a.Version);
    if (settings.jsonOutput) printJson(invocation, slice(Release).encode(newestFirst));
    else streams.out(releasesTable(newestFirst, flags.bool("image")));
  },
};

function releasesTable(found: Release[], withImage: boolean): string {
  const rows = found.map(({ Version, Status, Description, User, CreatedAt, ImageRef }) => [
    `v${Version}`,
    Status,
    Description,
    User.Email,
    relativeTime(Date.parse(CreatedAt)),
    ...(withImage ? [ImageRef] : []),
  ]);
  return table(rows, withImage ? [...headers, "Docker Image"] : headers);
}
