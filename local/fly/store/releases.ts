import * as ids from "../ids.ts";
import { all, type Database, insert, one, run } from "./database.ts";

export interface Release {
  id: string;
  appId: string;
  version: number;
  status: string;
  strategy: string;
  imageRef: string;
  /** The deployed fly.toml as JSON. */
  definition: string;
  metadata: string | null;
  userId: string;
  createdAt: string;
}

export interface Build {
  id: number;
  appId: string;
  status: string;
  startedAt: string;
  finishedAt: string | null;
}

/** Newest first. */
export function releasesOfApp(database: Database, appId: string, limit: number): Release[] {
  return all<Release>(
    database,
    "SELECT * FROM releases WHERE appId = ? ORDER BY version DESC LIMIT ?",
    appId,
    limit,
  );
}

export function currentRelease(database: Database, appId: string): Release | undefined {
  return releasesOfApp(database, appId, 1)[0];
}

export function findRelease(database: Database, id: string): Release | undefined {
  return one<Release>(database, "SELECT * FROM releases WHERE id = ?", id);
}

export function createRelease(
  database: Database,
  release: Pick<Release, "appId" | "strategy" | "imageRef" | "definition" | "userId">,
): Release {
  const id = ids.releaseId();
  insert(database, "releases", {
    ...release,
    id,
    version: (currentRelease(database, release.appId)?.version ?? 0) + 1,
    status: "pending",
    createdAt: new Date().toISOString(),
  });
  return findRelease(database, id) as Release;
}

export function changeRelease(
  database: Database,
  id: string,
  status: string,
  metadata: string | null,
): Release {
  run(
    database,
    "UPDATE releases SET status = ?, metadata = coalesce(?, metadata) WHERE id = ?",
    status,
    metadata,
    id,
  );
  return findRelease(database, id) as Release;
}

export function isInProgress(release: Release): boolean {
  return release.status === "pending" || release.status === "running";
}

export function startBuild(database: Database, appId: string): Build {
  return one<Build>(
    database,
    `INSERT INTO builds (appId, status, startedAt) VALUES (?, 'building', ?) RETURNING *`,
    appId,
    new Date().toISOString(),
  ) as Build;
}

export function finishBuild(
  database: Database,
  appId: string,
  id: number,
  status: string,
): Build | undefined {
  return one<Build>(
    database,
    "UPDATE builds SET status = ?, finishedAt = ? WHERE id = ? AND appId = ? RETURNING *",
    status,
    new Date().toISOString(),
    id,
    appId,
  );
}

/** Milliseconds that the build took; 0 while it is unfinished. */
export function buildMilliseconds(build: Build): number {
  return (
    (build.finishedAt ? Date.parse(build.finishedAt) : Date.parse(build.startedAt)) -
    Date.parse(build.startedAt)
  );
}
