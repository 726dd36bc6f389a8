import { all, type Database, insert, one, run } from "./database.ts";

export interface LogEntry {
  number: number;
  appId: string;
  machineId: string;
  region: string;
  /** `app` for the machine's own output, `runner` for what the platform says of it. */
  provider: "app" | "runner";
  level: "info" | "error";
  message: string;
  timestamp: string;
}

/** Entries that a page of the logs endpoint holds, and that a first page looks back. */
const logPage = 100;
const kept = 20_000;

export function addLog(database: Database, entry: Omit<LogEntry, "number">): void {
  insert(database, "logs", { ...entry });
  const newest = one<{ number: number }>(database, "SELECT last_insert_rowid() AS number")?.number ?? 0;
  if (newest % 1000 === 0) run(database, "DELETE FROM logs WHERE number <= ?", newest - kept);
}

/** The newest page for `after` null, else the page that follows that entry; oldest first. */
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

/** Time of the newest line that a machine's own output has here, to go on from after a restart of the emulator. */
export function newestOutput(database: Database, machineId: string): string | undefined {
  const sql = `SELECT max(timestamp) AS timestamp FROM logs WHERE machineId = ? AND provider = 'app'`;
  return one<{ timestamp: string | null }>(database, sql, machineId)?.timestamp ?? undefined;
}
