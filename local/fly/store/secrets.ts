import { createHmac } from "node:crypto";
import type { App } from "./apps.ts";
import { all, type Database, insert, one, transaction } from "./database.ts";

/** What the API tells about a secret. */
export interface Secret {
  name: string;
  digest: string;
  createdAt: string;
  updatedAt: string;
}

interface ValueRow {
  name: string;
  value: string;
  createdAt: string;
  updatedAt: string;
}

/** Sets (string) or unsets (null) secrets. A machine gets them at its next start. @returns the new version, one for the whole call */
export function setSecrets(database: Database, app: App, values: Record<string, string | null>): number {
  return transaction(database, () => {
    const row = one<{ secretsVersion: number }>(
      database,
      "UPDATE apps SET secretsVersion = secretsVersion + 1 WHERE id = ? RETURNING secretsVersion",
      app.id,
    );
    const version = Number(row?.secretsVersion);
    const setAt = new Date().toISOString();
    for (const [name, value] of Object.entries(values)) {
      insert(database, "secretValues", { appId: app.id, version, name, value, setAt });
    }
    return version;
  });
}

export function listSecrets(database: Database, app: App): Secret[] {
  return valuesOf(database, app).map(({ name, value, createdAt, updatedAt }) => ({
    name,
    digest: digest(app.id, value),
    createdAt,
    updatedAt,
  }));
}

/** The secrets of a machine that starts now. */
export function secretsOf(database: Database, app: App): Record<string, string> {
  return Object.fromEntries(valuesOf(database, app).map(({ name, value }) => [name, value]));
}

function valuesOf(database: Database, app: App): ValueRow[] {
  return all<ValueRow>(
    database,
    `SELECT name, value, setAt AS updatedAt,
       (SELECT min(setAt) FROM secretValues AS earlier
        WHERE earlier.appId = latest.appId AND earlier.name = latest.name) AS createdAt
     FROM secretValues AS latest
     WHERE appId = ? AND value IS NOT NULL AND version =
       (SELECT max(version) FROM secretValues WHERE appId = latest.appId AND name = latest.name)
     ORDER BY name`,
    app.id,
  );
}

/** Equal values of one app have equal digests. The app's id salts them, so that nobody can look up a weak value in a table of hashes. */
function digest(appId: string, value: string): string {
  return createHmac("sha256", appId).update(value).digest("hex").slice(0, 16);
}
