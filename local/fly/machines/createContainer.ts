import type Docker from "dockerode";
import { planCpu } from "../cpu/plan.ts";
import { createProcStat } from "../cpu/procStatFile.ts";
import { ensureImage, imageCommand } from "../docker/images.ts";
import { appLabel, instanceLabel, machineLabel, versionLabel } from "../docker/labels.ts";
import { addAuthority } from "../docker/trust.ts";
import type { Platform } from "../platform.ts";
import { appById, networkById } from "../store/apps.ts";
import { addressesOfApp, addressesOfNetwork } from "../store/ipAddresses.ts";
import type { Machine } from "../store/machines.ts";
import { secretsOf } from "../store/secrets.ts";
import { containerSpec } from "./containerSpec.ts";
import { machineEnvironment } from "./environment.ts";
import { defaultGuest } from "./guest.ts";
import { balanceAtStart, procStatFile } from "./machineCpu.ts";

/** Creates the container of a machine, ready to start. It also pulls the image and creates the network if necessary. */
export async function createContainer(platform: Platform, machine: Machine): Promise<Docker.Container> {
  const { database, docker, names } = platform;
  const app = appById(database, machine.appId);
  const secrets = machine.skipsSecrets ? {} : secretsOf(database, app);
  await ensureImage(docker, database, machine.imageRef);
  const guest = machine.config.guest ?? defaultGuest;
  const statFile = procStatFile(platform, machine.id);
  createProcStat(statFile, guest.cpus);
  const networkName = await platform.networks.ensure(networkById(database, app.networkId));
  await platform.flycast.update();
  const spec = containerSpec({
    name: names.machine(machine.id),
    labels: {
      [instanceLabel]: platform.instanceId,
      [appLabel]: app.name,
      [machineLabel]: machine.id,
      [versionLabel]: machine.instanceId,
    },
    machineId: machine.id,
    appName: app.name,
    privateIp: machine.privateIp,
    networkName,
    hosts: platform.hosts,
    // The machine sees names that are added later only at its next start.
    flycast: addressesOfNetwork(database, app.networkId).map(({ appId, address }) => ({
      appName: appById(database, appId).name,
      address,
    })),
    volumeName: names.storage,
    image: machine.imageRef,
    imageCommand: await imageCommand(docker, machine.imageRef),
    environment: {
      ...platform.machineEnvironment,
      ...machineEnvironment({
        appName: app.name,
        machineId: machine.id,
        instanceId: machine.instanceId,
        region: machine.region,
        privateIp: machine.privateIp,
        publicIp: addressesOfApp(database, app.id).find(({ type }) => type === "v6")?.address,
        config: machine.config,
        secrets,
      }),
    },
    config: machine.config,
    cpu: await planCpu(docker, guest, balanceAtStart(platform, machine.id)),
    procStatFile: statFile,
  });
  const container = await docker.createContainer(spec);
  if (platform.trusted !== undefined) await addAuthority(container, platform.trusted);
  return container;
}
