import type * as pulumi from "@pulumi/pulumi";
import { VerbResource } from "../verbResource.ts";

/** The first administrator's invitation, good for 72 hours; empty where the instance has an administrator already. */
export function invite(
  name: string,
  args: { appName: string; machineId: pulumi.Input<string> },
  opts: pulumi.CustomResourceOptions,
) {
  return new VerbResource(
    name,
    "fly/invite",
    { environment: { APP: args.appName, MACHINE_ID: args.machineId } },
    opts,
  );
}
