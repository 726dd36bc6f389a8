import { bool, type Infer, pointer, slice, string, struct } from "../go/json.ts";
import type { Invocation } from "../invocation.ts";

/** An app's address as the Machines API has it; the `ips` commands ask GraphQL instead. */
export const IpAssignment = struct("flaps.IPAssignment", { ip: string, region: string, shared: bool });
export type IpAssignment = Infer<typeof IpAssignment>;

const Listed = struct("flaps.ListIPAssignmentsResponse", { ips: pointer(slice(IpAssignment)) });

export async function ipAssignments({ flaps }: Invocation, app: string): Promise<IpAssignment[]> {
  const options = { failure: "failed to list app ip assignments" };
  return (await flaps.fetch(Listed, "GET", `/apps/${app}/ip_assignments`, options)).ips ?? [];
}
