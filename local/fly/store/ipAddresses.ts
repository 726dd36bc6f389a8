import { type AddressType, appAddress } from "../addresses.ts";
import * as ids from "../ids.ts";
import { type App, defaultNetwork, ensureNetwork, networkById } from "./apps.ts";
import { all, type Database, insert, one, run } from "./database.ts";

export interface IpAddress {
  id: string;
  appId: string;
  address: string;
  type: AddressType;
  region: string;
  /** The network from which a private address leads to the app. Null for a public address. */
  networkId: string | null;
  serviceName: string;
  createdAt: string;
}

export function addressesOfApp(database: Database, appId: string): IpAddress[] {
  return all<IpAddress>(database, "SELECT * FROM ipAddresses WHERE appId = ? ORDER BY createdAt", appId);
}

interface Wanted {
  type: AddressType;
  region: string;
  /** Default: the app's organization. */
  organizationId?: string | undefined;
  /** Name of the network from which a private address is reachable. Empty means the organization's default one. */
  network: string;
  serviceName: string;
}

/**
 * Adds an address on every call: as on Fly, allocating is not idempotent. A private address without a network "lands in your organization's
 * default network", not in the app's own. Source: https://fly.io/docs/blueprints/warm-pool-user-machines/
 */
export function allocateAddress(database: Database, app: App, wanted: Wanted): IpAddress {
  const id = ids.ipAddressId();
  const organizationId = wanted.organizationId ?? app.organizationId;
  const network =
    wanted.type === "private_v6"
      ? ensureNetwork(database, organizationId, wanted.network || defaultNetwork)
      : undefined;
  insert(database, "ipAddresses", {
    id,
    appId: app.id,
    address: appAddress(wanted.type, network?.prefix ?? networkById(database, app.networkId).prefix),
    type: wanted.type,
    region: wanted.region || "global",
    networkId: network?.id ?? null,
    serviceName: wanted.serviceName,
    createdAt: new Date().toISOString(),
  });
  return one<IpAddress>(database, "SELECT * FROM ipAddresses WHERE id = ?", id) as IpAddress;
}

/** The private addresses that lead from a network to any app. */
export function addressesOfNetwork(database: Database, networkId: string): IpAddress[] {
  return all<IpAddress>(
    database,
    "SELECT * FROM ipAddresses WHERE networkId = ? ORDER BY createdAt",
    networkId,
  );
}

export function allPrivateAddresses(database: Database): IpAddress[] {
  return all<IpAddress>(database, "SELECT * FROM ipAddresses WHERE networkId IS NOT NULL");
}

/** @returns false if the app has no such address */
export function releaseAddress(database: Database, appId: string, address: string): boolean {
  return run(database, "DELETE FROM ipAddresses WHERE appId = ? AND address = ?", appId, address) > 0;
}
