import { relativeTime } from "../go/humanize.ts";
import { table } from "../output/table.ts";
import type { IpAddress } from "../types/app.ts";

const kinds: Record<string, [version: string, description: string]> = {
  v4: ["v4", "public ingress (dedicated, $2/mo)"],
  shared_v4: ["v4", "public ingress (shared)"],
  v6: ["v6", "public ingress (dedicated)"],
  private_v6: ["v6", "private ingress"],
  egress_v4: ["v4", "egress"],
  egress_v6: ["v6", "egress"],
};

export function ipsTable(addresses: IpAddress[]): string {
  const rows = addresses.map(({ Type, Address, Region, CreatedAt }) => {
    const [version, description] = kinds[Type] ?? [Type, Address.startsWith("fdaa") ? "private" : "public"];
    return [version, Address, description, Region, relativeTime(Date.parse(CreatedAt))];
  });
  return table(rows, ["Version", "IP", "Type", "Region", "Created At"]);
}
