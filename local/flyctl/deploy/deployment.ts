import { FlyError, prefixed } from "../errors.ts";
import type { FlyToml } from "../flyToml/flyToml.ts";
import { processNames } from "../flyToml/processGroups.ts";
import { type Config, newDeploySection } from "../flyToml/schema.ts";
import { invalidConfig, validate } from "../flyToml/validate.ts";
import { formatDuration } from "../go/duration.ts";
import { slice, string, struct } from "../go/json.ts";
import type { Invocation } from "../invocation.ts";
import { mergeTomlFiles } from "../machines/fileFlags.ts";
import { LeasedMachine } from "../machines/leasedMachine.ts";
import { MachinesApi } from "../machines/machinesApi.ts";
import { parsePairs } from "../parsePairs.ts";
import type { FlapsApp } from "../types/flapsApp.ts";
import type { File } from "../types/machine.ts";
import { destroyedVolumeStates, Volume } from "../types/volume.ts";
import { provisionFirstDeploy } from "./firstDeploy.ts";
import type { DeployOptions } from "./options.ts";
import { createRelease, type ReleaseRef } from "./release.ts";
import { selectMachines } from "./selectMachines.ts";
import { refuseUnsupported } from "./unsupported.ts";
import { checkVolumes } from "./volumes.ts";

const defaultWaitTimeout = 300e9;
const defaultLeaseTimeout = 13e9;
const defaultMaxUnavailable = 0.33;

/** A deploy under way: what it was asked for, what there is, and what it found out so far. */
export interface Deployment {
  invocation: Invocation;
  api: MachinesApi;
  app: FlapsApp;
  config: Config;
  files: File[];
  options: DeployOptions;
  image: DeployImage;
  strategy: string;
  /** Times in nanoseconds. */
  waitTimeout: number;
  leaseTimeout: number;
  leaseInterval: number;
  releaseCommandTimeout: number;
  maxUnavailable: number;
  isFirst: boolean;
  machines: LeasedMachine[];
  releaseCommandMachine: LeasedMachine | undefined;
  /** Volumes that no machine has, by name. */
  freeVolumes: Map<string, Volume[]>;
  release: ReleaseRef;
  /** Process groups whose listening address has been looked at. */
  listenChecked: Set<string>;
}

export interface DeployImage {
  ref: string;
  buildId: number;
  /** Machine that built the image; empty for one that was built elsewhere. */
  builderId: string;
}

/** Everything before the first machine is touched; it ends with a release of its own. */
export async function prepareDeployment(
  invocation: Invocation,
  app: FlapsApp,
  flyToml: FlyToml,
  image: DeployImage,
  options: DeployOptions,
): Promise<Deployment> {
  const config = configured(flyToml.config, options, invocation.appName);
  const { report, isValid } = validate({ ...flyToml, config });
  if (!isValid) {
    invocation.streams.error(report);
    throw invalidConfig();
  }
  const api = new MachinesApi(invocation.flaps, app.name);
  const waitTimeout = options.waitTimeout ?? config.deploy?.wait_timeout ?? defaultWaitTimeout;
  const leaseTimeout = options.leaseTimeout ?? defaultLeaseTimeout;
  const deployment: Deployment = {
    invocation,
    api,
    app,
    config,
    files: mergeTomlFiles(config.files, options.files),
    options,
    image,
    strategy: config.deploy?.strategy || "rolling",
    waitTimeout,
    leaseTimeout,
    leaseInterval: Math.trunc((leaseTimeout - 1e9) / 3),
    releaseCommandTimeout:
      options.releaseCommandTimeout ?? config.deploy?.release_command_timeout ?? defaultWaitTimeout,
    maxUnavailable: config.deploy?.max_unavailable ?? defaultMaxUnavailable,
    isFirst: false,
    machines: [],
    releaseCommandMachine: undefined,
    freeVolumes: new Map(),
    release: { id: "", version: 0 },
    listenChecked: new Set(),
  };
  tellTimeouts(deployment);
  await selectMachines(deployment);
  refuseUnsupported(deployment);
  await loadVolumes(deployment);
  if (!image.ref) deployment.image = { ...image, ref: await latestImage(deployment) };
  const wasDeployed = app.status === "deployed" || app.status === "suspended";
  deployment.isFirst ||= !wasDeployed && deployment.machines.length === 0;
  if (deployment.isFirst && !options.restartOnly) await provisionFirstDeploy(deployment);
  checkVolumes(deployment);
  deployment.release = await createRelease(deployment);
  return deployment;
}

/** fly.toml with what the flags change in it. */
function configured(config: Config, options: DeployOptions, appName: string): Config {
  const result = {
    ...config,
    env: { ...config.env, ...parsePairs(options.env, "failed parsing environment") },
  };
  if (options.strategy || options.maxUnavailable !== undefined) {
    const deploy = { ...(config.deploy ?? newDeploySection()) };
    if (options.strategy) deploy.strategy = options.strategy;
    if (options.maxUnavailable !== undefined) deploy.max_unavailable = options.maxUnavailable;
    result.deploy = deploy;
  }
  if (options.primaryRegion) result.primary_region = options.primaryRegion;
  if (appName) result.app = appName;
  return result;
}

function tellTimeouts({ invocation, waitTimeout, leaseTimeout, leaseInterval }: Deployment): void {
  if (waitTimeout === defaultWaitTimeout && leaseTimeout === defaultLeaseTimeout) return;
  const [wait, lease, interval] = [waitTimeout, leaseTimeout, leaseInterval].map(formatDuration);
  invocation.log.terminalInfo(
    `Using wait timeout: ${wait} lease timeout: ${lease} delay between lease refreshes: ${interval}\n`,
  );
}

async function loadVolumes({ invocation, app, config, freeVolumes }: Deployment): Promise<void> {
  if (config.mounts.length === 0) return;
  const options = { failure: "Error fetching application volumes: failed to list volumes" };
  const volumes = await invocation.flaps.fetch(slice(Volume), "GET", `/apps/${app.name}/volumes`, options);
  // A volume counts as free only if its host is known to be well.
  const free = volumes.filter(
    (volume) =>
      !destroyedVolumeStates.includes(volume.state) &&
      volume.attached_alloc_id === null &&
      volume.attached_machine_id === null &&
      volume.host_status === "ok",
  );
  for (const volume of free) freeVolumes.set(volume.name, [...(freeVolumes.get(volume.name) ?? []), volume]);
}

const LatestRelease = struct("", { imageRef: string });

/** The image of the last release, else of the first machine. */
async function latestImage({ invocation, app, machines }: Deployment): Promise<string> {
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
    const image = machines[0]?.machine.config?.image;
    if (image) return image;
    throw prefixed("could not find image to use for deployment; backend error was: ", error);
  }
}

/** The process groups this deploy is about. */
export function deployedGroups({ config, options }: Deployment): string[] {
  const names = processNames(config);
  return options.processGroups.length > 0
    ? names.filter((name) => options.processGroups.includes(name))
    : names;
}

export const leased = (
  deployment: Pick<Deployment, "invocation" | "api">,
  machine: LeasedMachine["machine"],
) => new LeasedMachine(deployment.invocation, deployment.api, machine);
