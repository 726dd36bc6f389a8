import { Interrupted, NotEmulated } from "../errors.ts";
import { slice } from "../go/json.ts";
import type { Invocation } from "../invocation.ts";
import { EgressIpAddress } from "../types/app.ts";
import { document } from "./graphql.ts";

const query = document`
  query ($appName: String!) {
    app(name: $appName) { egressIpAddresses { nodes { id ip version region updatedAt } } }
  }`;

/** Asks for the addresses that an app's machines send from, as flyctl does. A deploy goes on if the request fails. */
export async function refuseEgressAddresses({ graphql, appName }: Invocation): Promise<void> {
  const addresses = await graphql
    .run(query, "app.egressIpAddresses.nodes", slice(EgressIpAddress), { appName })
    .catch((error) => {
      if (error instanceof Interrupted) throw error;
      return [];
    });
  if (addresses.length > 0) throw new NotEmulated("an app with egress addresses");
}
