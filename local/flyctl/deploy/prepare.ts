import { FlyError, NotEmulated, prefixed } from "../errors.ts";
import { type Config, newDeploySection } from "../flyToml/schema.ts";
import { formatDuration } from "../go/duration.ts";
import { slice, string, struct } from "../go/json.ts";
import type { Invocation } from "../invocation.ts";
import { MachinesApi } from "../machines/machinesApi.ts";
import { yellow } from "../output/streams.ts";
import type { FlapsApp } from "../types/flapsApp.ts";
import { destroyedVolumeStates, Volume } from "../types/volume.ts";
import { type DeployImage, type Deployment, leased } from "./deployment.ts";
import { provisionFirstDeploy } from "./firstDeploy.ts";
import type { DeployOptions } from "./options.ts";
import { createRelease } from "./release.ts";
import { checkVolumes } from "./volumes.ts";

const defaultWaitTimeout = 300e9;

/** Everything that happens before the first change of a machine. It ends with the creation of a release. */
export async function prepareDeployment(
  invocation: Invocation,
  app: FlapsApp,
  config: Config,
  image: DeployImage,
  options: DeployOptions,
): Promise<Deployment> {
  const deployment: Deployment = {
    invocation,
    api: new MachinesApi(invocation.flaps, app.name),
    app,
    config: options.strategy
      ? { ...config, deploy: { ...newDeploySection(), strategy: options.strategy } }
      : config,
    options,
    image,
    waitTimeout: options.waitTimeout ?? defaultWaitTimeout,
    isFirst: false,
    machine: undefined,
    freeVolumes: [],
    release: { id: "", version: 0 },
  };
  tellTimeouts(deployment);
  await findMachine(deployment);
  await loadVolumes(deployment);
  if (!image.ref) deployment.image = { ...image, ref: await latestImage(deployment) };
  const wasDeployed = app.status === "deployed" || app.status === "suspended";
  deployment.isFirst ||= !wasDeployed && !deployment.machine;
  if (deployment.isFirst && !options.restartOnly) await provisionFirstDeploy(deployment);
  checkVolumes(deployment);
  deployment.release = await createRelease(deployment);
  return deployment;
}

function tellTimeouts({ invocation, waitTimeout }: Deployment): void {
  if (waitTimeout === defaultWaitTimeout) return;
  invocation.log.terminalInfo(
    `Using wait timeout: ${formatDuration(waitTimeout)} lease timeout: 13s delay between lease refreshes: 4s\n`,
  );
}

/** Finds the machine to deploy to among those that deploys manage. */
async function findMachine(deployment: Deployment): Promise<void> {
  const { api, invocation } = deployment;
  const [machine, ...others] = await api.listManaged();
  if (others.length > 0) throw new NotEmulated("a deploy to several machines");
  if (!machine && (await api.listActive()).length > 0) {
    invocation.streams.error(
      `${yellow("[WARNING]")} Your app doesn't have any Fly Launch machines, so we'll create one now. ` +
        "Learn more at \nhttps://fly.io/docs/launch/\n\n",
    );
    deployment.isFirst = true;
  }
  deployment.machine = machine && leased(deployment, machine);
}

async function loadVolumes(deployment: Deployment): Promise<void> {
  const { invocation, app, config } = deployment;
  if (config.mounts.length === 0) return;
  const options = { failure: "Error fetching application volumes: failed to list volumes" };
  const volumes = await invocation.flaps.fetch(slice(Volume), "GET", `/apps/${app.name}/volumes`, options);
  // A volume counts as free only if its host is known to be healthy.
  deployment.freeVolumes = volumes.filter(
    (volume) =>
      !destroyedVolumeStates.includes(volume.state) &&
      volume.attached_alloc_id === null &&
      volume.attached_machine_id === null &&
      volume.host_status === "ok",
  );
}

const LatestRelease = struct("", { imageRef: string });

/** The image of the last release, or the machine's if there is none. */
async function latestImage({ invocation, app, machine }: Deployment): Promise<string> {
  const query =
    "query LatestImage ($appName: String!) { app(name: $appName) { currentReleaseUnprocessed { id version imageRef } } }";
  try {
    const path = "app.currentReleaseUnprocessed";
    const variables = { appName: app.name };
    const { imageRef } = await invocation.graphql.runNamed(
      "LatestImage",
      query,
      path,
      LatestRelease,
      variables,
    );
    if (imageRef) return imageRef;
    throw new FlyError(`current release not found for app ${app.name}`);
  } catch (error) {
    const image = machine?.machine.config?.image;
    if (image) return image;
    throw prefixed("could not find image to use for deployment; backend error was: ", error);
  }
}
