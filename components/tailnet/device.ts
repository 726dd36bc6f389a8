import type * as pulumi from "@pulumi/pulumi";
import { VerbResource } from "../verbResource.ts";

export interface FormerDeviceArgs {
  appName: string;
  tags: string[];
  /** When this program made the volume, RFC 3339: the device's identity lives on it. Empty where the volume can already hold one. */
  emptySince: pulumi.Input<string>;
}

/** Frees the app's name from a device that lived on an earlier volume, before the machine joins an empty one. */
export function formerDevice(name: string, args: FormerDeviceArgs, opts: pulumi.CustomResourceOptions) {
  return new VerbResource(
    name,
    "tailnet/formerDevice",
    {
      environment: {
        APP: args.appName,
        TAGS: args.tags.join(","),
        EMPTY_SINCE: args.emptySince,
      },
    },
    opts,
  );
}

export interface DeviceArgs {
  appName: string;
  tailnet: string;
  machineId: pulumi.Input<string>;
  /** Looked at again whenever one of these changes. */
  release: pulumi.Input<string>;
  /** The key's id, which is not secret. A device that is no longer in the tailnet joins with the new key. */
  keyId: pulumi.Input<string>;
}

/** The device. An update waits until the machine is in the tailnet under its name, and fails when the machine has another name. */
export function device(name: string, args: DeviceArgs, opts: pulumi.CustomResourceOptions) {
  return new VerbResource(
    name,
    "tailnet/device",
    {
      environment: {
        APP: args.appName,
        TAILNET: args.tailnet,
        MACHINE_ID: args.machineId,
        RELEASE: args.release,
        KEY_ID: args.keyId,
      },
    },
    opts,
  );
}
