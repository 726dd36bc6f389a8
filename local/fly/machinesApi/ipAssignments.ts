import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { addressTypes } from "../addresses.ts";
import { ApiError } from "../apiError.ts";
import { parseBody } from "../requestBody.ts";
import { addressesOfApp, allocateAddress, type IpAddress, releaseAddress } from "../store/ipAddresses.ts";
import { type ApiContext, requestedApp, requestedOrganization } from "./context.ts";

const createInput = z.strictObject({
  type: z.enum(addressTypes),
  region: z.string().default(""),
  org_slug: z.string().default(""),
  network: z.string().default(""),
  service_name: z.string().default(""),
});

/** The Machines API's view of an app's addresses. GraphQL's view is in graphql/ipAddress.ts. */
export function ipAssignmentRoutes(api: FastifyInstance, context: ApiContext): void {
  const { database, flycast } = context.platform;

  api.get("/apps/:app/ip_assignments", async (request) => ({
    ips: addressesOfApp(database, requestedApp(context, request).id).map(assignmentView),
  }));

  api.post("/apps/:app/ip_assignments", async (request) => {
    const app = requestedApp(context, request);
    const input = parseBody(createInput, request.body);
    const organization = input.org_slug ? requestedOrganization(context, request, input.org_slug) : undefined;
    const address = allocateAddress(database, app, {
      type: input.type,
      region: input.region,
      organizationId: organization?.id,
      network: input.network,
      serviceName: input.service_name,
    });
    await flycast.update();
    return assignmentView(address);
  });

  api.delete<{ Params: { address: string } }>(
    "/apps/:app/ip_assignments/:address",
    async (request, reply) => {
      const app = requestedApp(context, request);
      if (!releaseAddress(database, app.id, request.params.address))
        throw new ApiError(404, "IP address not found");
      await flycast.update();
      return reply.status(204).send();
    },
  );
}

function assignmentView(address: IpAddress) {
  return {
    ip: address.address,
    region: address.region,
    service_name: address.serviceName,
    shared: address.type === "shared_v4",
    created_at: address.createdAt,
  };
}
