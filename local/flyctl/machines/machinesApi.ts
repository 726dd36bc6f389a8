import { setTimeout as delay } from "node:timers/promises";
import { type FlapsClient, isNotFound } from "../api/flaps.ts";
import { prefixed } from "../errors.ts";
import { type Infer, int, omitEmpty, slice, string, struct } from "../go/json.ts";
import { Machine, MachineConfig } from "../types/machine.ts";
import { isActive, isConsole, isManaged, isReleaseCommand, withoutCompatChecks } from "./kinds.ts";

/** What a machine is created or updated with. */
export interface LaunchInput {
  config: MachineConfig;
  region: string;
  name?: string;
  /** Create or update it, but do not start it. */
  skipLaunch?: boolean;
  /** Version that the app's secrets must have at least. */
  minSecretsVersion?: number | undefined;
  /** Seconds for which the new machine's lease is held from the start. */
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
export type ProcessStat = Infer<typeof ProcessStat>;

/** The machines of one app. Every error says what could not be done, in flyctl's words. */
export class MachinesApi {
  readonly #flaps: FlapsClient;
  readonly #path: string;

  constructor(flaps: FlapsClient, app: string) {
    this.#flaps = flaps;
    this.#path = `/apps/${app}/machines`;
  }

  async list(): Promise<Machine[]> {
    return this.#machines(await this.#flaps.callFor("failed to list VMs", "GET", this.#path));
  }

  /** Without destroyed, release command and console machines. */
  async listActive(): Promise<Machine[]> {
    const machines = this.#machines(
      await this.#flaps.callFor("failed to list active VMs", "GET", this.#path),
    );
    return machines.filter(
      (machine) => !isReleaseCommand(machine) && !isConsole(machine) && isActive(machine),
    );
  }

  /** The machines that deploys manage, and a release command's machine if one is left over. */
  async listManaged(): Promise<{ machines: Machine[]; releaseCommand: Machine | undefined }> {
    const all = this.#machines(await this.#listWhenFound());
    return {
      machines: all.filter(
        (machine) => isManaged(machine) && !isReleaseCommand(machine) && !isConsole(machine),
      ),
      releaseCommand: all.filter((machine) => isManaged(machine) && isReleaseCommand(machine)).at(-1),
    };
  }

  // An app that was just created is unknown to the Machines API for a moment.
  async #listWhenFound(): Promise<unknown> {
    const deadline = Date.now() + 5000;
    for (let pause = 500; ; pause *= 1.5) {
      try {
        return await this.#flaps.call("GET", this.#path);
      } catch (error) {
        if (!isNotFound(error) || Date.now() + pause > deadline) {
          throw prefixed("failed to list VMs even after retries: ", error);
        }
        await delay(pause);
      }
    }
  }

  async get(id: string): Promise<Machine> {
    return this.#machine(await this.#flaps.callFor(`failed to get VM ${id}`, "GET", `${this.#path}/${id}`));
  }

  async launch(input: LaunchInput): Promise<Machine> {
    return this.#machine(
      await this.#flaps.callFor("failed to launch VM", "POST", this.#path, { body: launchBody(input) }),
    );
  }

  async update(id: string, input: LaunchInput, leaseNonce: string): Promise<Machine> {
    const options = { body: launchBody(input), leaseNonce };
    return this.#machine(
      await this.#flaps.callFor(`failed to update VM ${id}`, "POST", `${this.#path}/${id}`, options),
    );
  }

  /** @returns the machine's answer: `status` is `error` if it refused. */
  async start(id: string, leaseNonce = ""): Promise<{ status?: string; message?: string }> {
    const answer = await this.#flaps.callFor(
      `failed to start VM ${id}`,
      "POST",
      `${this.#path}/${id}/start`,
      {
        leaseNonce,
      },
    );
    return (answer ?? {}) as { status?: string; message?: string };
  }

  /** @param timeout Go duration, e.g. `10s` */
  async stop(
    id: string,
    { signal, timeout }: { signal: string; timeout: string },
    leaseNonce: string,
  ): Promise<void> {
    const body = { id, ...(signal ? { signal } : {}), timeout };
    const options = { body, leaseNonce };
    await this.#flaps.callFor(`failed to stop VM ${id}`, "POST", `${this.#path}/${id}/stop`, options);
  }

  /** @param query e.g. `force_stop=false&timeout=10s` */
  async restart(id: string, query: string, leaseNonce: string): Promise<void> {
    const path = `${this.#path}/${id}/restart?${query}`;
    await this.#flaps.callFor(`failed to restart VM ${id}`, "POST", path, { leaseNonce });
  }

  async destroy(id: string, leaseNonce: string): Promise<void> {
    const path = `${this.#path}/${id}?kill=true`;
    await this.#flaps.callFor(`failed to destroy VM ${id}`, "DELETE", path, { leaseNonce });
  }

  /**
   * @param timeout seconds; the API waits for a minute at most
   * @param within milliseconds after which to give up although the API has not answered
   */
  async wait(id: string, state: string, timeout: number, within?: number): Promise<void> {
    const seconds = Math.floor(Math.max(1, Math.min(timeout, 60)));
    const path = `${this.#path}/${id}/wait?state=${state}&timeout=${seconds}`;
    await this.#flaps.callFor(`failed to wait for VM ${id} in [${state}] state`, "GET", path, {
      timeout: within,
    });
  }

  async exec(id: string, body: Record<string, unknown>): Promise<ExecResult> {
    const answer = await this.#flaps.callFor(
      `failed to exec on VM ${id}`,
      "POST",
      `${this.#path}/${id}/exec`,
      { body },
    );
    return ExecResult.decode(answer, "");
  }

  async processes(id: string): Promise<ProcessStat[]> {
    const path = `${this.#path}/${id}/ps`;
    const answer = await this.#flaps.callFor(`failed to get processes from VM ${id}`, "GET", path);
    return slice(ProcessStat).decode(answer, "");
  }

  /** Path of a machine below the API's version. */
  machinePath(id: string): string {
    return `${this.#path}/${id}`;
  }

  /** Path of a machine's lease. */
  leasePath(id: string): string {
    return `${this.#path}/${id}/lease`;
  }

  #machines(answer: unknown): Machine[] {
    return slice(Machine).decode(answer, "").map(withoutCompatChecks);
  }

  #machine(answer: unknown): Machine {
    return withoutCompatChecks(Machine.decode(answer, ""));
  }
}

function launchBody(input: LaunchInput): Record<string, unknown> {
  return {
    config: MachineConfig.encode(input.config),
    ...(input.region ? { region: input.region } : {}),
    ...(input.name ? { name: input.name } : {}),
    ...(input.skipLaunch ? { skip_launch: true } : {}),
    skip_secrets: false,
    ...(input.minSecretsVersion === undefined ? {} : { min_secrets_version: input.minSecretsVersion }),
    ...(input.leaseTtl ? { lease_ttl: input.leaseTtl } : {}),
  };
}
