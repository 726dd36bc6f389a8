import { type Infer, int, string, struct } from "../go/json.ts";

/** An app in the form of the Machines API. */
export const FlapsApp = struct("flaps.App", {
  id: string,
  name: string,
  network: string,
  status: string,
  organization: struct("flaps.AppOrganizationInfo", { name: string, slug: string, internal_numeric_id: int }),
  app_role: string,
});
export type FlapsApp = Infer<typeof FlapsApp>;
