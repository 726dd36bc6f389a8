import { findOrganization } from "../store/accounts.ts";
import { defaultNetwork, networkById } from "../store/apps.ts";
import type { IpAddress } from "../store/ipAddresses.ts";
import type { GraphqlContext } from "./context.ts";
import { organizationObject } from "./organization.ts";

export function ipAddressObject({ platform: { database } }: GraphqlContext, address: IpAddress) {
  const found = address.networkId === null ? undefined : networkById(database, address.networkId);
  // The recorded answer names no network for an address of the default network.
  const network = found?.name === defaultNetwork ? undefined : found;
  const organization = network && findOrganization(database, network.organizationId);
  return {
    id: address.id,
    address: address.address,
    type: address.type,
    region: address.region,
    createdAt: address.createdAt,
    network: network
      ? { name: network.name, organization: organization && organizationObject(organization) }
      : null,
    serviceName: address.serviceName,
  };
}
