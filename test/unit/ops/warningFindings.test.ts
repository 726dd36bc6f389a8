import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { firstBackupHours, hoursSince, warningFindings } from "../../../ops/warningFindings.ts";
import { outputs } from "./outputs.ts";

const missing = { code: "database_backup_missing", message: "No recent database backup was found." };
const stale = { code: "database_backup_stale", message: "Latest database backup is stale." };
const failed = {
  code: "database_backup_last_failure",
  message: "Database backup failure marker is present.",
};

const fixes = (warnings: Parameters<typeof warningFindings>[0], volumeHours?: number) =>
  warningFindings(warnings, outputs, volumeHours).map(({ fix }) => fix);

const makeOne = 'flyctl ssh console --app acme --command "paperclipai db:backup"';

describe("a missing backup of the database", () => {
  test("is no finding as long as the volume is younger than a first backup", () => {
    expect(fixes([missing], 0)).toEqual([]);
    expect(fixes([missing], firstBackupHours - 0.1)).toEqual([]);
  });

  test("is one afterwards, and the command makes a backup", () => {
    expect(fixes([missing], firstBackupHours)).toEqual([makeOne]);
    expect(fixes([missing])).toEqual([makeOne]);
  });

  test("is expected an hour after Paperclip's first one, which comes a day after its start", async () => {
    const config = JSON.parse(
      await readFile(join(import.meta.dirname, "../../../docker/config.json"), "utf8"),
    );
    expect(config.database.backup.intervalMinutes).toBe((firstBackupHours - 1) * 60);
  });
});

test("a backup that is too old is replaced at any age of the volume; why one fails is in the log", () => {
  expect(fixes([stale, failed], 1)).toEqual([makeOne, "flyctl logs --app acme"]);
});

test("a warning that this program does not know is still a finding", () => {
  expect(fixes([{ message: "The disk is nearly full." }], 1)).toEqual(["flyctl logs --app acme"]);
});

test("a volume's age is told in hours, and one that Fly.io does not tell is not known", () => {
  const now = new Date("2026-11-28T12:00:00Z");
  expect(hoursSince("2026-11-28T10:30:00Z", now)).toBe(1.5);
  expect([hoursSince(undefined, now), hoursSince("soon", now)]).toEqual([undefined, undefined]);
});
