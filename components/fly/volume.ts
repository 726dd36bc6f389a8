import type * as pulumi from "@pulumi/pulumi";
import { VerbResource } from "../verbResource.ts";
import { volume } from "./flyToml.ts";

export interface VolumeArgs {
  appName: string;
  region: string;
  sizeGb: number;
  snapshotRetentionDays: number;
  /** Preset and memory of the machine that will use it, a hint for where to place it. */
  machine: { size: string; memoryMb: number };
}

/** The encrypted volume with all data. It grows with its size and is never replaced. */
export function dataVolume(name: string, args: VolumeArgs, opts: pulumi.CustomResourceOptions) {
  return new VerbResource(
    name,
    "fly/volume",
    {
      environment: {
        APP: args.appName,
        VOLUME: volume.name,
        REGION: args.region,
        SIZE_GB: String(args.sizeGb),
        SNAPSHOT_RETENTION_DAYS: String(args.snapshotRetentionDays),
        SIZE: args.machine.size,
        MEMORY_MB: String(args.machine.memoryMb),
      },
    },
    opts,
  );
}
