import { any, pointer, slice, struct } from "../go/json.ts";
import type { Invocation } from "../invocation.ts";

const Listed = struct("flaps.ListIPAssignmentsResponse", { ips: pointer(slice(any)) });

/** How many addresses an app has according to the Machines API. The `ips` commands ask GraphQL instead. */
export async function countAddresses({ flaps }: Invocation, app: string): Promise<number> {
  const options = { failure: "failed to list app ip assignments" };
  return (await flaps.fetch(Listed, "GET", `/apps/${app}/ip_assignments`, options)).ips?.length ?? 0;
}
