import { IpAssignment, ipAssignments } from "../api/ipAssignments.ts";
import { messageOf, prefixed } from "../errors.ts";
import { toMachineConfig } from "../flyToml/machineConfig.ts";
import { flatten, processNames } from "../flyToml/processGroups.ts";
import type { TomlMount } from "../flyToml/schema.ts";
import { allServices, ipKind } from "../flyToml/services.ts";
import { gigabytesOfDisk, parseSize } from "../go/size.ts";
import { CreateVolumeRequest, Volume } from "../types/volume.ts";
import type { Deployment } from "./deployment.ts";

/** Addresses and volumes for an app that has never been deployed. */
export async function provisionFirstDeploy(deployment: Deployment): Promise<void> {
  try {
    await provisionAddresses(deployment);
  } catch (error) {
    deployment.invocation.streams.error(
      `Failed to provision IP addresses. Use \`fly ips\` commands to remediate it. ERROR: ${messageOf(error)}`,
    );
  }
  try {
    await provisionVolumes(deployment);
  } catch (error) {
    throw prefixed("failed to provision seed volumes: ", error);
  }
}

async function provisionAddresses(deployment: Deployment): Promise<void> {
  const { config, options, invocation, app } = deployment;
  if (allServices(config).length === 0 || options.addresses === "none") return;
  if ((await listAddresses(deployment)).length > 0) return;
  const say = (text: string) => invocation.streams.out(`${text}\n`);
  if (options.addresses === "private") {
    say(`Provisioning ip address for ${app.name}`);
    say(`  Private ipv6: ${await assign(deployment, "private_v6", "ipv6")}`);
  } else if (ipKind(config) === "shared") {
    say(`Provisioning ips for ${app.name}`);
    say(`  Dedicated ipv6: ${await assign(deployment, "v6", "ipv6")}`);
    say(`  Shared ipv4: ${await assign(deployment, "shared_v4", "shared ipv4")}`);
    say("  Add a dedicated ipv4 with: fly ips allocate-v4");
  }
  // Dedicated addresses cost money: flyctl asks for them, and without a terminal nobody answers.
  say("");
}

async function listAddresses({ invocation, app }: Deployment): Promise<unknown[]> {
  return ipAssignments(invocation, app.name).catch((error) => {
    throw prefixed(`error detecting ip addresses allocated to ${app.name} app: `, error);
  });
}

async function assign({ invocation, app }: Deployment, type: string, what: string): Promise<string> {
  const body = { type, region: "", org_slug: app.organization.slug, network: "", service_name: "" };
  const problem = `error allocating ${what} after detecting first deploy and presence of services`;
  const options = { failure: `${problem}: failed to add ip to app`, body };
  return (await invocation.flaps.fetch(IpAssignment, "POST", `/apps/${app.name}/ip_assignments`, options)).ip;
}

/** One volume for each process group and mount that finds none, in the primary region. */
async function provisionVolumes(deployment: Deployment): Promise<void> {
  const { config, freeVolumes, invocation, app } = deployment;
  if (config.mounts.length === 0) return;
  const free = new Map([...freeVolumes].map(([name, volumes]) => [name, volumes.length]));
  for (const group of processNames(config)) {
    const { mounts, primary_region: region } = flatten(config, group);
    const { guest } = toMachineConfig(config, group, deployment.files);
    for (const mount of mounts) {
      const available = free.get(mount.source) ?? 0;
      if (available > 0) {
        free.set(mount.source, available - 1);
        continue;
      }
      const size = initialSize(deployment, mount);
      invocation.streams.out(
        `Creating a ${size} GB volume named '${mount.source}' for process group '${group}'. ` +
          "Use 'fly vol extend' to increase its size\n",
      );
      const request: CreateVolumeRequest = {
        ...CreateVolumeRequest.zero(),
        name: mount.source,
        region,
        size_gb: size,
        encrypted: true,
        compute: guest ?? deployment.options.guest,
        compute_image: deployment.image.ref,
        snapshot_retention: mount.snapshot_retention,
        auto_backup_enabled: mount.scheduled_snapshots,
      };
      const options = { failure: "failed to create volume", body: CreateVolumeRequest.encode(request) };
      const volume = await invocation.flaps.fetch(Volume, "POST", `/apps/${app.name}/volumes`, options);
      freeVolumes.set(mount.source, [...(freeVolumes.get(mount.source) ?? []), volume]);
    }
  }
}

function initialSize({ options }: Deployment, { initial_size: size }: TomlMount): number {
  return size ? parseSize(size, gigabytesOfDisk) : options.volumeInitialSize || 1;
}
