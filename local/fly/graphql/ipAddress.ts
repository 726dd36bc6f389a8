import { GraphQLError } from "graphql";
import type { AddressType } from "../addresses.ts";
import { findOrganization } from "../store/accounts.ts";
import { ensureNetwork, networkById } from "../store/apps.ts";
import { allocateAddress, type IpAddress, releaseAddress } from "../store/ipAddresses.ts";
import { appObject } from "./app.ts";
import { changeableApp, type GraphqlContext, organizationById } from "./context.ts";
import { organizationObject } from "./organization.ts";

export function ipAddressObject({ platform: { database } }: GraphqlContext, address: IpAddress) {
  const network = address.networkId === null ? undefined : networkById(database, address.networkId);
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

interface AllocateInput {
  appId: string;
  type: AddressType;
  region?: string | null;
  organizationId?: string | null;
  network?: string | null;
  serviceName?: string | null;
}

export function allocateIpAddress(context: GraphqlContext, { input }: { input: AllocateInput }) {
  const { database } = context.platform;
  const app = changeableApp(context, input.appId);
  const organizationId = input.organizationId
    ? organizationById(context, input.organizationId, "read").id
    : app.organizationId;
  const network = input.network ? ensureNetwork(database, organizationId, input.network) : undefined;
  const address = allocateAddress(database, app, {
    type: input.type,
    region: input.region ?? "",
    networkId: network?.id ?? null,
    serviceName: input.serviceName ?? "",
  });
  return { app: () => appObject(context, app), ipAddress: ipAddressObject(context, address) };
}

export function releaseIpAddress(
  context: GraphqlContext,
  { input }: { input: { appId?: string | null; ip?: string | null } },
) {
  const app = changeableApp(context, input.appId ?? "");
  if (!releaseAddress(context.platform.database, app.id, input.ip ?? "")) {
    throw new GraphQLError(`Could not find IPAddress "${input.ip}"`, { extensions: { code: "NOT_FOUND" } });
  }
  return { clientMutationId: null };
}
