import { appBasicOf } from "../api/account.ts";
import { document } from "../api/graphql.ts";
import { listVolumes } from "../api/volumes.ts";
import { type Command, exactly } from "../cli/command.ts";
import { app, appConfig, json, machineSize, region, yes } from "../cli/commonFlags.ts";
import { FlyError, promptRefused, yesRequired } from "../errors.ts";
import { bool, type Infer, slice, string, struct } from "../go/json.ts";
import { type Invocation, printJson } from "../invocation.ts";
import { guestFromFlags } from "../machines/guestFlags.ts";
import { CreateVolumeRequest, Volume } from "../types/volume.ts";
import { volumeText } from "./volumeText.ts";

export const volumesCreate: Command = {
  name: "create",
  operands: "<volume name>",
  short: "Create a new volume for an app.",
  long:
    "Create a new volume for an app. Volumes are persistent storage for Fly Machines. " +
    "Learn how to add a volume to your app: https://fly.io/docs/launch/volume-storage/.",
  app: "required",
  arguments: exactly(1),
  flags: [
    app,
    appConfig,
    region,
    { name: "size", short: "s", type: "int", default: "1", help: "The size of volume in gigabytes" },
    { name: "snapshot-retention", type: "int", default: "5", help: "Snapshot retention in days" },
    {
      name: "scheduled-snapshots",
      type: "bool",
      default: "true",
      help: "Enable scheduled automatic snapshots",
    },
    {
      name: "no-encryption",
      type: "bool",
      help: "Do not encrypt the volume contents. Volume contents are encrypted by default.",
    },
    {
      name: "require-unique-zone",
      type: "bool",
      default: "true",
      help: "Place the volume in a separate hardware zone from existing volumes to help ensure availability",
    },
    {
      name: "unique-zone-app-wide",
      type: "bool",
      help:
        "Checks all volumes in app for unique zone handling, instead of only volumes with the same name " +
        "(which is the default)",
    },
    { name: "snapshot-id", type: "string", help: "Create the volume from the specified snapshot" },
    {
      name: "fs-type",
      type: "string",
      default: "ext4",
      hidden: true,
      help: "Filesystem of this volume. It must be either ext4 or raw. Default is ext4.",
    },
    yes,
    { name: "count", short: "n", type: "int", default: "1", help: "The number of volumes to create" },
    ...machineSize,
    json,
  ],
  run: createVolumes,
};

const regionsQuery = document`
  query {
    platform {
      requestRegion
      regions { name code latitude longitude gatewayAvailable requiresPaidPlan deprecated }
    }
  }`;
const Region = struct("fly.Region", { name: string, code: string, deprecated: bool });

async function createVolumes(invocation: Invocation): Promise<void> {
  const { appName, flags, flaps, graphql, settings, streams } = invocation;
  // flyctl asks for both while it would be prompting.
  const regions = settled(graphql.run(regionsQuery, "platform.regions", slice(Region)));
  const appBasic = settled(appBasicOf(invocation));
  await warnOfSingleVolume(invocation);
  await appBasic();
  const request = volumeRequest(invocation, chosenRegion(invocation, await regions()));
  for (let created = 0; created < flags.number("count"); created++) {
    const options = { failure: "failed to create volume", body: CreateVolumeRequest.encode(request) };
    const volume = await flaps.fetch(Volume, "POST", `/apps/${appName}/volumes`, options);
    if (settings.jsonOutput) printJson(invocation, Volume.encode(volume));
    else streams.out(volumeText(volume, appName));
  }
}

/** A result to be had later; a failure waits as well. */
function settled<T>(work: Promise<T>): () => Promise<T> {
  work.catch(() => undefined);
  return () => work;
}

/** The first volume of a name needs a confirmation, which only `--yes` can give; a further one does not. */
async function warnOfSingleVolume(invocation: Invocation): Promise<void> {
  const { flags, args, streams } = invocation;
  if (flags.bool("yes") || flags.number("count") > 1) return;
  const volumes = await listVolumes(invocation);
  if (volumes.some(({ name }) => name === args[0])) return;
  streams.error(
    "Warning! Every volume is pinned to a specific physical host. You should create two or more volumes per " +
      "application to avoid downtime. Learn more at https://fly.io/docs/volumes/overview/\n",
  );
  throw yesRequired();
}

function chosenRegion({ settings, flags }: Invocation, regions: Infer<typeof Region>[]): string {
  const code = flags.string("region") || settings.region;
  if (!code) throw promptRefused("region code");
  if (!regions.some((known) => known.code === code && !known.deprecated)) {
    throw new FlyError(`region ${code} not found`);
  }
  return code;
}

function volumeRequest({ flags, args }: Invocation, regionCode: string): CreateVolumeRequest {
  return {
    ...CreateVolumeRequest.zero(),
    name: args[0] ?? "",
    region: regionCode,
    size_gb: flags.number("size"),
    encrypted: !flags.bool("no-encryption"),
    require_unique_zone: flags.bool("require-unique-zone"),
    unique_zone_app_wide: flags.bool("unique-zone-app-wide"),
    snapshot_id: flags.string("snapshot-id") || null,
    fstype: filesystem(flags.isGiven("fs-type") ? flags.string("fs-type") : null),
    compute: guestFromFlags(flags),
    snapshot_retention: flags.number("snapshot-retention"),
    auto_backup_enabled: flags.isGiven("scheduled-snapshots") ? flags.bool("scheduled-snapshots") : null,
  };
}

function filesystem(type: string | null): string | null {
  if (type === null || type === "ext4" || type === "raw") return type;
  throw new FlyError(`filesystem ${JSON.stringify(type)} must be either "ext4" or "raw"`);
}
