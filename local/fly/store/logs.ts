import { all, type Database, insert, one, run } from "./database.ts";

export interface LogEntry {
  number: number;
  appId: string;
  machineId: string;
  region: string;
  /** `app` for the machine's own output, `runner` for the platform's messages about it. */
  provider: "app" | "runner";
  level: "info" | "error";
  message: string;
  timestamp: string;
}

/** Entries on a page of the logs endpoint. The first page goes back this far. */
const logPage = 100;
const kept = 20_000;

export function addLog(database: Database, entry: Omit<LogEntry, "number">): void {
  insert(database, "logs", { ...entry });
  const newest = one<{ number: number }>(database, "SELECT last_insert_rowid() AS number")?.number ?? 0;
  if (newest % 1000 === 0) run(database, "DELETE FROM logs WHERE number <= ?", newest - kept);
}

/** The page after the entry `after`, or the newest page if it is null. Oldest entry first. */
export function logsAfter(
  database: Database,
  appId: string,
  after: number | null,
  only: { machineId?: string | undefined; region?: string | undefined },
): LogEntry[] {
  const matching = "appId = ? AND (? IS NULL OR machineId = ?) AND (? IS NULL OR region = ?)";
  const machine = only.machineId ?? null;
  const region = only.region ?? null;
  if (after === null) {
    return all<LogEntry>(
      database,
      `SELECT * FROM logs WHERE ${matching} ORDER BY number DESC LIMIT ${logPage}`,
      appId,
      machine,
      machine,
      region,
      region,
    ).reverse();
  }
  return all<LogEntry>(
    database,
    `SELECT * FROM logs WHERE ${matching} AND number > ? ORDER BY number LIMIT ${logPage}`,
    appId,
    machine,
    machine,
    region,
    region,
    after,
  );
}

/** Time of the newest recorded line of a machine's own output. A restarted emulator continues from there. */
export function newestOutput(database: Database, machineId: string): string | undefined {
  const sql = `SELECT max(timestamp) AS timestamp FROM logs WHERE machineId = ? AND provider = 'app'`;
  return one<{ timestamp: string | null }>(database, sql, machineId)?.timestamp ?? undefined;
}
