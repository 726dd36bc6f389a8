import { chmodSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";

export type Database = DatabaseSync;

const schemaVersion = 4;

/**
 * Opens the emulator's state in `folder`, or an empty state in memory for ':memory:'.
 *
 * Other users of the host cannot read the folder, because it holds the values of secrets, as Fly's own store does.
 * @throws if another version of this schema wrote the folder; remove the folder then.
 */
export function openDatabase(folder: string): Database {
  const inMemory = folder === ":memory:";
  if (!inMemory) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
  }
  const database = new DatabaseSync(inMemory ? folder : path.join(folder, "fly.sqlite"));
  database.exec("PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON;");
  const found = one<{ user_version: number }>(database, "PRAGMA user_version")?.user_version;
  if (found === 0) {
    const schema = readFileSync(new URL("./schema.sql", import.meta.url), "utf8");
    transaction(database, () => database.exec(`${schema}; PRAGMA user_version = ${schemaVersion};`));
  } else if (found !== schemaVersion) {
    database.close();
    throw new Error(
      `${folder} was written by version ${found} of the emulator's schema, this is version ${schemaVersion}. ` +
        "Run `node local/fly/main.ts remove` with the version that wrote it, or delete the folder.",
    );
  }
  return database;
}

/** The first row. The caller knows the type of its columns. */
export function one<Row>(database: Database, sql: string, ...values: SQLInputValue[]): Row | undefined {
  return database.prepare(sql).get(...values) as Row | undefined;
}

export function all<Row>(database: Database, sql: string, ...values: SQLInputValue[]): Row[] {
  return database.prepare(sql).all(...values) as Row[];
}

/** @returns the number of changed rows */
export function run(database: Database, sql: string, ...values: SQLInputValue[]): number {
  return Number(database.prepare(sql).run(...values).changes);
}

/** Inserts an object whose keys are columns of the table. */
export function insert(database: Database, table: string, row: Record<string, SQLInputValue>): void {
  const columns = Object.keys(row);
  const marks = columns.map(() => "?").join(", ");
  run(database, `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${marks})`, ...Object.values(row));
}

export function transaction<Result>(database: Database, work: () => Result): Result {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}

export function setting(database: Database, key: string): string | undefined {
  return one<{ value: string }>(database, "SELECT value FROM settings WHERE key = ?", key)?.value;
}

export function saveSetting(database: Database, key: string, value: string): void {
  insert(database, "settings", { key, value });
}
