import { setTimeout as delay } from "node:timers/promises";
import { type FlapsClient, type FlapsOptions, isNotFound } from "../api/flaps.ts";
import { prefixed } from "../errors.ts";
import { type Infer, int, omitEmpty, slice, string, struct } from "../go/json.ts";
import { Machine, MachineConfig } from "../types/machine.ts";
import { isActive, isManaged, withoutCompatChecks } from "./kinds.ts";

/** The input for creating or updating a machine. */
export interface LaunchInput {
  config: MachineConfig;
  region: string;
  /** Create or update the machine without starting it. */
  skipLaunch?: boolean;
  /** Minimum version of the app's secrets. */
  minSecretsVersion?: number | undefined;
  /** Seconds of the lease that the caller holds on the new machine from the start. */
  leaseTtl?: number;
}

export const ExecResult = struct("fly.MachineExecResponse", {
  exit_code: omitEmpty(int),
  stdout: omitEmpty(string),
  stderr: omitEmpty(string),
});
export type ExecResult = Infer<typeof ExecResult>;

const ProcessStat = struct("fly.ProcessStat", {
  command: string,
  listen_sockets: slice(struct("fly.ListenSocket", { proto: string, address: string })),
});
const StartAnswer = struct("fly.MachineStartResponse", { status: string, message: string });

export type ProcessStat = Infer<typeof ProcessStat>;

/** The machines of one app. Every error says in flyctl's words what failed. */
export class MachinesApi {
  readonly #flaps: FlapsClient;
  readonly #path: string;

  constructor(flaps: FlapsClient, app: string) {
    this.#flaps = flaps;
    this.#path = `/apps/${app}/machines`;
  }

  list(): Promise<Machine[]> {
    return this.#fetchList({ failure: "failed to list VMs" });
  }

  async listActive(): Promise<Machine[]> {
    return (await this.#fetchList({ failure: "failed to list active VMs" })).filter(isActive);
  }

  /** The machines that deploys manage. */
  async listManaged(): Promise<Machine[]> {
    return (await this.#listWhenFound()).filter(isManaged);
  }

  // The Machines API does not know a new app for a moment.
  async #listWhenFound(): Promise<Machine[]> {
    const deadline = Date.now() + 5000;
    for (let pause = 500; ; pause *= 1.5) {
      try {
        return await this.#fetchList({});
      } catch (error) {
        if (!isNotFound(error) || Date.now() + pause > deadline) {
          throw prefixed("failed to list VMs even after retries: ", error);
        }
        await delay(pause);
      }
    }
  }

  get(id: string): Promise<Machine> {
    return this.#fetchOne("GET", this.machinePath(id), { failure: `failed to get VM ${id}` });
  }

  launch(input: LaunchInput): Promise<Machine> {
    return this.#fetchOne("POST", this.#path, { failure: "failed to launch VM", body: launchBody(input) });
  }

  update(id: string, input: LaunchInput, leaseNonce: string): Promise<Machine> {
    const options = { failure: `failed to update VM ${id}`, body: launchBody(input), leaseNonce };
    return this.#fetchOne("POST", `${this.#path}/${id}`, options);
  }

  /** @returns the API's answer: `status` is `error` if it refused. */
  start(id: string, leaseNonce = ""): Promise<Infer<typeof StartAnswer>> {
    const options = { failure: `failed to start VM ${id}`, leaseNonce };
    return this.#flaps.fetch(StartAnswer, "POST", `${this.#path}/${id}/start`, options);
  }

  /** @param how.timeout Go duration, e.g. `10s` */
  async stop(id: string, how: { signal: string; timeout: string }, leaseNonce: string): Promise<void> {
    const { signal, timeout } = how;
    const body = { id, ...(signal ? { signal } : {}), timeout };
    const options = { failure: `failed to stop VM ${id}`, body, leaseNonce };
    await this.#flaps.send("POST", `${this.#path}/${id}/stop`, options);
  }

  /** @param query e.g. `force_stop=false` */
  async restart(id: string, query: string, leaseNonce: string): Promise<void> {
    const options = { failure: `failed to restart VM ${id}`, leaseNonce };
    await this.#flaps.send("POST", `${this.#path}/${id}/restart?${query}`, options);
  }

  /**
   * @param timeout seconds; the API waits at most a minute
   * @param within milliseconds after which to give up even if the API has not answered
   */
  async wait(id: string, state: string, timeout: number, within?: number): Promise<void> {
    const seconds = Math.floor(Math.max(1, Math.min(timeout, 60)));
    const options = { failure: `failed to wait for VM ${id} in [${state}] state`, timeout: within };
    await this.#flaps.send("GET", `${this.#path}/${id}/wait?state=${state}&timeout=${seconds}`, options);
  }

  exec(id: string, body: Record<string, unknown>): Promise<ExecResult> {
    const options = { failure: `failed to exec on VM ${id}`, body };
    return this.#flaps.fetch(ExecResult, "POST", `${this.#path}/${id}/exec`, options);
  }

  processes(id: string): Promise<ProcessStat[]> {
    const options = { failure: `failed to get processes from VM ${id}` };
    return this.#flaps.fetch(slice(ProcessStat), "GET", `${this.#path}/${id}/ps`, options);
  }

  /** Path of a machine below the API's version. */
  machinePath(id: string): string {
    return id === "" ? this.#path : `${this.#path}/${id}`;
  }

  /** Path of a machine's lease. */
  leasePath(id: string): string {
    return `${this.#path}/${id}/lease`;
  }

  async #fetchList(options: FlapsOptions): Promise<Machine[]> {
    const machines = await this.#flaps.fetch(slice(Machine), "GET", this.#path, options);
    return machines.map(withoutCompatChecks);
  }

  async #fetchOne(method: string, path: string, options: FlapsOptions): Promise<Machine> {
    return withoutCompatChecks(await this.#flaps.fetch(Machine, method, path, options));
  }
}

function launchBody(input: LaunchInput): Record<string, unknown> {
  return {
    config: MachineConfig.encode(input.config),
    ...(input.region ? { region: input.region } : {}),
    ...(input.skipLaunch ? { skip_launch: true } : {}),
    skip_secrets: false,
    ...(input.minSecretsVersion === undefined ? {} : { min_secrets_version: input.minSecretsVersion }),
    ...(input.leaseTtl ? { lease_ttl: input.leaseTtl } : {}),
  };
}
