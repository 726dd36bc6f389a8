import { organizationBySlug } from "../api/account.ts";
import { document } from "../api/graphql.ts";
import type { Command } from "../cli/command.ts";
import { app, org, region } from "../cli/commonFlags.ts";
import { prefixed } from "../errors.ts";
import type { Invocation } from "../invocation.ts";
import { IpAddress, type Organization } from "../types/app.ts";
import { ipsTable } from "./ipsTable.ts";

const mutation = document`
  mutation($input: AllocateIPAddressInput!) {
    allocateIpAddress(input: $input) { ipAddress { id address type region createdAt } }
  }`;

export const ipsAllocateV6: Command = {
  name: "allocate-v6",
  app: "required",
  flags: [app, region, org, { name: "private", type: "bool" }, { name: "network", type: "string" }],
  run: allocate,
};

async function allocate(invocation: Invocation): Promise<void> {
  const { appName, environment, flags, graphql, streams } = invocation;
  const isPrivate = flags.bool("private");
  const slug = flags.string("org") || environment.first("FLY_ORG");
  const organization = isPrivate && slug ? await lookUp(invocation, slug) : undefined;
  const network = isPrivate ? flags.string("network") : "";
  const input = {
    appId: appName,
    type: isPrivate ? "private_v6" : "v6",
    ...(organization ? { organizationId: organization.ID } : {}),
    region: flags.string("region"),
    ...(network ? { network } : {}),
  };
  const address = await graphql.run(mutation, "allocateIpAddress.ipAddress", IpAddress, { input });
  streams.out(ipsTable([address]));
}

async function lookUp(invocation: Invocation, slug: string): Promise<Organization> {
  try {
    return await organizationBySlug(invocation, slug);
  } catch (error) {
    throw prefixed(`failed retrieving organization with slug ${slug}: `, error);
  }
}
