import type * as pulumi from "@pulumi/pulumi";
import { FlyCommand } from "./flyCommand.ts";

/** The first administrator's invitation, good for 72 hours; empty where the instance has an administrator already. */
export function invite(
  name: string,
  args: { appName: string; machineId: pulumi.Input<string> },
  opts: pulumi.CustomResourceOptions,
) {
  return new FlyCommand(
    name,
    "invite",
    { environment: { APP: args.appName, MACHINE_ID: args.machineId } },
    opts,
  );
}
