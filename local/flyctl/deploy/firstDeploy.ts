import { countAddresses } from "../api/ipAssignments.ts";
import { NotEmulated, prefixed } from "../errors.ts";
import { toMachineConfig } from "../flyToml/machineConfig.ts";
import { defaultSize, presetGuest } from "../types/guest.ts";
import { CreateVolumeRequest, Volume } from "../types/volume.ts";
import type { Deployment } from "./deployment.ts";

/** Creates the volumes that an app lacks on its first deploy. Public addresses are not emulated. */
export async function provisionFirstDeploy(deployment: Deployment): Promise<void> {
  const { config, options } = deployment;
  if (options.publicAddresses && config.http_service) await requireAddress(deployment);
  try {
    await provisionVolumes(deployment);
  } catch (error) {
    throw prefixed("failed to provision seed volumes: ", error);
  }
}

/** Creates a volume in the primary region for each mount without one. */
async function provisionVolumes({ config, freeVolumes, invocation, app, image }: Deployment): Promise<void> {
  for (const mount of config.mounts) {
    if (freeVolumes.some(({ name }) => name === mount.source)) continue;
    invocation.streams.out(
      `Creating a 1 GB volume named '${mount.source}' for process group 'app'. ` +
        "Use 'fly vol extend' to increase its size\n",
    );
    const request: CreateVolumeRequest = {
      ...CreateVolumeRequest.zero(),
      name: mount.source,
      region: config.primary_region,
      size_gb: 1,
      encrypted: true,
      compute: toMachineConfig(config).guest ?? presetGuest(defaultSize),
      compute_image: image.ref,
    };
    const options = { failure: "failed to create volume", body: CreateVolumeRequest.encode(request) };
    freeVolumes.push(await invocation.flaps.fetch(Volume, "POST", `/apps/${app.name}/volumes`, options));
  }
}

/** flyctl allocates a public address unless the app has one of any kind. */
async function requireAddress({ invocation, app }: Deployment): Promise<void> {
  if ((await countAddresses(invocation, app.name)) === 0)
    throw new NotEmulated("a first deploy without --no-public-ips");
}
