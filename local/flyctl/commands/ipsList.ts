import { refuseEgressAddresses } from "../api/egress.ts";
import { document } from "../api/graphql.ts";
import type { Command } from "../cli/command.ts";
import { app, json } from "../cli/commonFlags.ts";
import { pointer, slice, string, struct } from "../go/json.ts";
import { zeroTime } from "../go/time.ts";
import { type Invocation, printJson } from "../invocation.ts";
import { IpAddress } from "../types/app.ts";
import { ipsTable } from "./ipsTable.ts";

const ingressQuery = document`
  query ($appName: String!) {
    app(name: $appName) {
      ipAddresses { nodes {
        id address type region createdAt network { name organization { slug } } serviceName
      } }
      sharedIpAddress
    }
  }`;
const Ingress = struct("", {
  ipAddresses: struct("", { nodes: pointer(slice(IpAddress)) }),
  sharedIpAddress: string,
});
const manual =
  "Learn more about Fly.io public, private, shared and dedicated IP addresses in our docs: " +
  "https://fly.io/docs/networking/services/\n";

export const ipsList: Command = {
  name: "list",
  app: "required",
  flags: [app, json],
  async run(invocation) {
    const addresses = await ingressAddresses(invocation);
    await refuseEgressAddresses(invocation);
    if (invocation.settings.jsonOutput) {
      printJson(invocation, pointer(slice(IpAddress)).encode(addresses));
      return;
    }
    invocation.streams.out(ipsTable(addresses ?? []));
    invocation.streams.out(manual);
  },
};

/** @returns null if the server's answer has no list */
async function ingressAddresses({ graphql, appName }: Invocation): Promise<IpAddress[] | null> {
  const { ipAddresses, sharedIpAddress } = await graphql.run(ingressQuery, "app", Ingress, { appName });
  if (!sharedIpAddress) return ipAddresses.nodes;
  const shared = { ...IpAddress.zero(), Address: sharedIpAddress, Type: "shared_v4", CreatedAt: zeroTime };
  return [...(ipAddresses.nodes ?? []), shared];
}
