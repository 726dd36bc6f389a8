import { appBasicOf } from "../api/account.ts";
import { listVolumes } from "../api/volumes.ts";
import type { Command } from "../cli/command.ts";
import { app, json } from "../cli/commonFlags.ts";
import { prefixed } from "../errors.ts";
import { timeAgo } from "../go/humanize.ts";
import { slice } from "../go/json.ts";
import { printJson } from "../invocation.ts";
import { table } from "../output/table.ts";
import { Volume } from "../types/volume.ts";

const headers = ["ID", "State", "Name", "Size", "Region", "Zone", "Encrypted", "Attached VM", "Created At"];

export const volumesList: Command = {
  name: "list",
  app: "required",
  flags: [app, json],
  async run(invocation) {
    await appBasicOf(invocation);
    const volumes = await listVolumes(invocation).catch((error) => {
      throw prefixed("failed retrieving volumes: ", error);
    });
    if (invocation.settings.jsonOutput) printJson(invocation, slice(Volume).encode(volumes));
    else invocation.streams.out(volumesTable(volumes));
  },
};

function volumesTable(volumes: Volume[]): string {
  const rows = volumes.map((volume) => [
    volume.id + (volume.host_status === "unreachable" ? "*" : ""),
    volume.state,
    volume.name,
    `${volume.size_gb}GB`,
    volume.region,
    volume.zone,
    String(volume.encrypted),
    volume.attached_machine_id ?? "",
    timeAgo(Date.parse(volume.created_at)),
  ]);
  const isUnreachable = volumes.some(({ host_status: status }) => status === "unreachable");
  return table(rows, headers) + (isUnreachable ? "* These volumes' hosts could not be reached.\n" : "");
}
