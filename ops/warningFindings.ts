/** Paperclip's own warnings. All of them are of its backups of the database, which it keeps on the volume. */
import { z } from "zod";
import { type Finding, problem } from "./finding.ts";
import type { StackOutputs } from "./stackOutputs.ts";

/** A warning in the answer of Paperclip's health check. Source: Paperclip 2026.916, server/src/services/database-backup-health.ts. */
export const warningShape = z.object({ code: z.string().optional(), message: z.string() });
export type Warning = z.infer<typeof warningShape>;

/**
 * Hours after which a volume has its first backup. Paperclip makes one a day after each start of its server (docker/config.json), and the
 * start of a new machine and a backup take less than an hour.
 */
export const firstBackupHours = 25;

/**
 * Run in the machine, it makes a backup at once, as Paperclip's server does. It comes by a console: Fly.io would cut off a command of
 * `machine exec` that takes longer than half a minute, as it does on a machine without CPU saved.
 */
const makeBackup = "paperclipai db:backup";

/** Warnings that a backup ends. Why a backup fails, or cannot be looked at, only the log tells. */
const endedByBackup = ["database_backup_missing", "database_backup_stale"];

/** @param volumeHours age of the volume; undefined where it is not known */
export function warningFindings(
  warnings: readonly Warning[],
  { appName }: Pick<StackOutputs, "appName">,
  volumeHours: number | undefined,
): Finding[] {
  const isNew = volumeHours !== undefined && volumeHours < firstBackupHours;
  return warnings
    .filter(({ code }) => !(isNew && code === "database_backup_missing"))
    .map(({ code = "", message }) =>
      problem(
        "paperclip",
        message,
        endedByBackup.includes(code)
          ? `flyctl ssh console --app ${appName} --command "${makeBackup}"`
          : `flyctl logs --app ${appName}`,
      ),
    );
}

/** @returns undefined for a time that is none */
export function hoursSince(time: string | undefined, now: Date): number | undefined {
  const hours = (now.getTime() - Date.parse(time ?? "")) / 3_600_000;
  return Number.isNaN(hours) ? undefined : hours;
}
