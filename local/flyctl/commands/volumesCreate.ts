import { appBasicOf } from "../api/account.ts";
import { document } from "../api/graphql.ts";
import { listVolumes } from "../api/volumes.ts";
import { type Command, exactly } from "../cli/command.ts";
import { app, json, region, yes } from "../cli/commonFlags.ts";
import { FlyError, promptRefused, yesRequired } from "../errors.ts";
import { bool, type Infer, slice, string, struct } from "../go/json.ts";
import { type Invocation, printJson } from "../invocation.ts";
import { guestFromFlags } from "../machines/guestFlags.ts";
import { CreateVolumeRequest, Volume } from "../types/volume.ts";
import { volumeText } from "./volumeText.ts";

export const volumesCreate: Command = {
  name: "create",
  app: "required",
  arguments: exactly(1),
  flags: [
    app,
    region,
    yes,
    json,
    { name: "size", type: "int", default: "1" },
    { name: "snapshot-retention", type: "int", default: "5" },
    { name: "vm-size", type: "string" },
    { name: "vm-memory", type: "string" },
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
  const { appName, flaps, graphql, settings, streams } = invocation;
  // flyctl sends both requests in parallel with its prompts.
  const regions = settled(graphql.run(regionsQuery, "platform.regions", slice(Region)));
  const appBasic = settled(appBasicOf(invocation));
  await warnOfSingleVolume(invocation);
  await appBasic();
  const request = volumeRequest(invocation, chosenRegion(invocation, await regions()));
  const options = { failure: "failed to create volume", body: CreateVolumeRequest.encode(request) };
  const volume = await flaps.fetch(Volume, "POST", `/apps/${appName}/volumes`, options);
  if (settings.jsonOutput) printJson(invocation, Volume.encode(volume));
  else streams.out(volumeText(volume, appName));
}

/** Keeps a result until it is asked for. A failure is not reported before that either. */
function settled<T>(work: Promise<T>): () => Promise<T> {
  work.catch(() => undefined);
  return () => work;
}

/** The first volume with a name needs a confirmation, which only `--yes` can give. Further volumes with that name do not. */
async function warnOfSingleVolume(invocation: Invocation): Promise<void> {
  const { flags, args, streams } = invocation;
  if (flags.bool("yes")) return;
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
    encrypted: true,
    require_unique_zone: true,
    unique_zone_app_wide: false,
    compute: guestFromFlags(flags),
    snapshot_retention: flags.number("snapshot-retention"),
  };
}
