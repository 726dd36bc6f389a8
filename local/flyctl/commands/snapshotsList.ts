import { appNameOfVolume } from "../api/account.ts";
import { type Command, exactly } from "../cli/command.ts";
import { app, json } from "../cli/commonFlags.ts";
import { prefixed } from "../errors.ts";
import { binaryBytes, timeAgo } from "../go/humanize.ts";
import { slice } from "../go/json.ts";
import { zeroTime } from "../go/time.ts";
import { type Invocation, printJson } from "../invocation.ts";
import { bareTable } from "../output/table.ts";
import { Snapshot } from "../types/volume.ts";

export const snapshotsList: Command = {
  name: "list",
  app: "optional",
  arguments: exactly(1),
  flags: [app, json],
  run: listSnapshots,
};

async function listSnapshots(invocation: Invocation): Promise<void> {
  const { args, flaps, settings, streams } = invocation;
  const [id = ""] = args;
  const appName = invocation.appName || (await lookUpApp(invocation, id));
  const failure = `failed retrieving snapshots: failed to get volume ${id} snapshots`;
  const path = `/apps/${appName}/volumes/${id}/snapshots`;
  const snapshots = await flaps.fetch(slice(Snapshot), "GET", path, { failure });
  snapshots.sort((a, b) => Date.parse(a.created_at) - Date.parse(b.created_at));
  if (settings.jsonOutput) printJson(invocation, slice(Snapshot).encode(snapshots));
  else if (snapshots.length === 0) streams.error(`No snapshots available for volume ${id}\n`);
  else streams.out(snapshotsTable(snapshots));
}

async function lookUpApp(invocation: Invocation, id: string): Promise<string> {
  try {
    return await appNameOfVolume(invocation, id);
  } catch (error) {
    throw prefixed("failed getting app name from volume: ", error);
  }
}

function snapshotsTable(snapshots: Snapshot[]): string {
  const rows = snapshots.map((snapshot) => [
    snapshot.id || "(pending)",
    snapshot.status,
    binaryBytes(snapshot.size),
    binaryBytes(snapshot.volume_size),
    snapshot.created_at === zeroTime ? "" : timeAgo(Date.parse(snapshot.created_at)),
    snapshot.retention_days === null ? "" : String(snapshot.retention_days),
  ]);
  const headers = ["ID", "Status", "Stored Size", "Vol Size", "Created At", "Retention Days"];
  const total = snapshots.reduce((sum, { size }) => sum + size, 0);
  const text = bareTable(rows, headers, "Snapshots", ["left", "left", "right", "right", "left", "right"]);
  return `${text}\nTotal stored size: ${binaryBytes(total)}\n`;
}
