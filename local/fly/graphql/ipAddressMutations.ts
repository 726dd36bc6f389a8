import { GraphQLError } from "graphql";
import type { AddressType } from "../addresses.ts";
import { allocateAddress, releaseAddress } from "../store/ipAddresses.ts";
import { appObject } from "./app.ts";
import { changeableApp, type GraphqlContext, organizationById } from "./context.ts";
import { ipAddressObject } from "./ipAddress.ts";

interface AllocateInput {
  appId: string;
  type: AddressType;
  region?: string | null;
  organizationId?: string | null;
  network?: string | null;
  serviceName?: string | null;
}

export async function allocateIpAddress(context: GraphqlContext, { input }: { input: AllocateInput }) {
  const { database, flycast } = context.platform;
  const app = changeableApp(context, input.appId);
  const address = allocateAddress(database, app, {
    type: input.type,
    region: input.region ?? "",
    organizationId: input.organizationId
      ? organizationById(context, input.organizationId, "read").id
      : undefined,
    network: input.network ?? "",
    serviceName: input.serviceName ?? "",
  });
  await flycast.update();
  return { app: () => appObject(context, app), ipAddress: ipAddressObject(context, address) };
}

export async function releaseIpAddress(
  context: GraphqlContext,
  { input }: { input: { appId?: string | null; ip?: string | null } },
) {
  const app = changeableApp(context, input.appId ?? "");
  const { database, flycast } = context.platform;
  if (!releaseAddress(database, app.id, input.ip ?? "")) {
    throw new GraphQLError(`Could not find IPAddress "${input.ip}"`, { extensions: { code: "NOT_FOUND" } });
  }
  await flycast.update();
  return { clientMutationId: null };
}
