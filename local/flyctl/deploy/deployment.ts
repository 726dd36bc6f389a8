import type { Config } from "../flyToml/schema.ts";
import type { Invocation } from "../invocation.ts";
import { LeasedMachine } from "../machines/leasedMachine.ts";
import type { MachinesApi } from "../machines/machinesApi.ts";
import type { FlapsApp } from "../types/flapsApp.ts";
import type { Volume } from "../types/volume.ts";
import type { DeployOptions } from "./options.ts";
import type { ReleaseRef } from "./releaseRef.ts";

/** A deploy in progress: its options, what exists already, and what it has found out so far. */
export interface Deployment {
  invocation: Invocation;
  api: MachinesApi;
  app: FlapsApp;
  config: Config;
  options: DeployOptions;
  image: DeployImage;
  /** Timeout in nanoseconds. */
  waitTimeout: number;
  isFirst: boolean;
  /** The app's only machine. Undefined if it has none yet. */
  machine: LeasedMachine | undefined;
  /** Volumes that are not attached to a machine. */
  freeVolumes: Volume[];
  release: ReleaseRef;
}

export interface DeployImage {
  ref: string;
  buildId: number;
}

export const leased = (
  deployment: Pick<Deployment, "invocation" | "api">,
  machine: LeasedMachine["machine"],
) => new LeasedMachine(deployment.invocation, deployment.api, machine);
