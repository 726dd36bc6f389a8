import { type AddressType, appAddress } from "../addresses.ts";
import * as ids from "../ids.ts";
import { type App, networkById } from "./apps.ts";
import { all, type Database, insert, one, run } from "./database.ts";

export interface IpAddress {
  id: string;
  appId: string;
  address: string;
  type: AddressType;
  region: string;
  /** The network that a private address is reachable from; null: the app's own. */
  networkId: string | null;
  serviceName: string;
  createdAt: string;
}

export function addressesOfApp(database: Database, appId: string): IpAddress[] {
  return all<IpAddress>(database, "SELECT * FROM ipAddresses WHERE appId = ? ORDER BY createdAt", appId);
}

/** One more address each time, as on Fly: allocating is not idempotent. */
export function allocateAddress(
  database: Database,
  app: App,
  wanted: { type: AddressType; region: string; networkId: string | null; serviceName: string },
): IpAddress {
  const id = ids.ipAddressId();
  const network = networkById(database, wanted.networkId ?? app.networkId);
  insert(database, "ipAddresses", {
    id,
    appId: app.id,
    address: appAddress(wanted.type, network.prefix),
    type: wanted.type,
    region: wanted.region || "global",
    networkId: wanted.networkId,
    serviceName: wanted.serviceName,
    createdAt: new Date().toISOString(),
  });
  return one<IpAddress>(database, "SELECT * FROM ipAddresses WHERE id = ?", id) as IpAddress;
}

/** False if the app has no such address. */
export function releaseAddress(database: Database, appId: string, address: string): boolean {
  return run(database, "DELETE FROM ipAddresses WHERE appId = ? AND address = ?", appId, address) > 0;
}
