import { rfc822 } from "../go/time.ts";
import type { Volume } from "../types/volume.ts";

/** A volume in the form that `volumes create`, `extend` and `update` show. */
export function volumeText(volume: Volume, appName: string): string {
  const fields: [string, string | number | boolean][] = [
    ["ID", volume.id],
    ["Name", volume.name],
    ["App", appName],
    ["Region", volume.region],
    ["Zone", volume.zone],
    ["Size GB", volume.size_gb],
    ["Encrypted", volume.encrypted],
    ["Created at", rfc822(volume.created_at)],
    ["Snapshot retention", volume.snapshot_retention],
    ["Scheduled snapshots", volume.auto_backup_enabled],
  ];
  return fields.map(([name, value]) => `${name.padStart(20)}: ${value}\n`).join("");
}
