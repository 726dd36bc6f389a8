import { networkPrefix } from "../addresses.ts";
import * as ids from "../ids.ts";
import { all, type Database, insert, one, run } from "./database.ts";

export interface App {
  id: string;
  number: number;
  name: string;
  organizationId: string;
  networkId: string;
  /** Increases with every change of secrets. */
  secretsVersion: number;
  createdAt: string;
}

export interface Network {
  id: string;
  organizationId: string;
  name: string;
  /** First 48 bits of its addresses, without a trailing colon. */
  prefix: string;
}

export const defaultNetwork = "default";

export function findApp(database: Database, name: string): App | undefined {
  return one<App>(database, "SELECT * FROM apps WHERE name = ?", name);
}

export function appById(database: Database, id: string): App {
  const app = one<App>(database, "SELECT * FROM apps WHERE id = ?", id);
  if (!app) throw new Error(`no app ${id}`);
  return app;
}

export function allApps(database: Database): App[] {
  return all<App>(database, "SELECT * FROM apps ORDER BY number");
}

export function createApp(database: Database, name: string, organizationId: string, network: string): App {
  insert(database, "apps", {
    id: ids.appId(),
    name,
    organizationId,
    networkId: ensureNetwork(database, organizationId, network || defaultNetwork).id,
    createdAt: new Date().toISOString(),
  });
  return findApp(database, name) as App;
}

/** Deletes the app and everything stored for it. Remove its objects in Docker first. */
export function deleteApp(database: Database, id: string): void {
  run(database, "DELETE FROM apps WHERE id = ?", id);
}

export function networkById(database: Database, id: string): Network {
  const network = one<Network>(database, "SELECT * FROM networks WHERE id = ?", id);
  if (!network) throw new Error(`no network ${id}`);
  return network;
}

export function networkByName(database: Database, organizationId: string, name: string): Network | undefined {
  return one<Network>(
    database,
    "SELECT * FROM networks WHERE organizationId = ? AND name = ?",
    organizationId,
    name,
  );
}

/** A network exists as soon as somebody names it. Fly has no other way to create one either. */
export function ensureNetwork(database: Database, organizationId: string, name: string): Network {
  const found = networkByName(database, organizationId, name);
  if (found) return found;
  insert(database, "networks", { id: ids.networkId(), organizationId, name, prefix: networkPrefix() });
  return networkByName(database, organizationId, name) as Network;
}

export function isNetworkUsed(database: Database, networkId: string): boolean {
  const apps = one(database, "SELECT 1 FROM apps WHERE networkId = ?", networkId);
  const addresses = one(database, "SELECT 1 FROM ipAddresses WHERE networkId = ?", networkId);
  return apps !== undefined || addresses !== undefined;
}

export function deleteNetwork(database: Database, id: string): void {
  run(database, "DELETE FROM networks WHERE id = ?", id);
}
