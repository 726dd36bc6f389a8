import { z } from "zod";
import { machineAddress } from "../addresses.ts";
import { ApiError } from "../apiError.ts";
import * as ids from "../ids.ts";
import type { Platform } from "../platform.ts";
import { appById, networkById } from "../store/apps.ts";
import { transaction } from "../store/database.ts";
import { forgetCpu } from "../store/machineCpu.ts";
import { changeMachine, type Machine, machineById } from "../store/machines.ts";
import {
  attachVolumes,
  changeVolume,
  copyUnderWay,
  createVolume,
  deleteVolume,
  findVolume,
  type Volume,
} from "../store/volumes.ts";
import { stopping } from "./operations.ts";
import type { MachineRunner } from "./runner.ts";
import { recordEvent, setState } from "./state.ts";

/*
 * Fly.io moves a machine to another host without being asked. It stops the machine by its kill signal, copies its volume, and starts it
 * there. The machine keeps its id, but gets another version, another address, and a volume with another id.
 * Sources: https://fly.io/docs/reference/machine-migration/ and https://fly.io/docs/volumes/volume-states/
 */

const stages = ["copying", "moved", "done"] as const;

export const migrationInput = z.strictObject({
  /**
   * How far the migration goes. A later request continues from there.
   * `copying`: the machine is stopped, and there are two volumes of one name.
   * `moved`: the machine runs with the copy; the original still exists.
   * `done`: the original is pending its deletion.
   */
  until: z.enum(stages).default("done"),
  /** Whether the copy keeps the original's creation time or has its own. Fly.io does not document which. */
  createdAt: z.enum(["kept", "new"]).default("new"),
  /** Whether the original counts as attached while it is copied. Fly.io does not document that either. */
  attachedWhileCopying: z.boolean().default(true),
});
type MigrationInput = z.infer<typeof migrationInput>;

interface Context {
  platform: Platform;
  runner: MachineRunner;
}

/** @throws ApiError 412 for a machine that is not running or has no volume: a migration without data has nothing to test. */
export function migrateMachine(context: Context, machineId: string, input: MigrationInput): Promise<void> {
  const { platform } = context;
  return platform.jobs.run(machineId, async () => {
    const { database } = platform;
    const mounted = () => mountedVolume(platform, machineById(database, machineId));
    const goesTo = (stage: (typeof stages)[number]) => stages.indexOf(stage) <= stages.indexOf(input.until);
    const isMoved = mounted().state === "hydrating";
    if (!isMoved && !copyUnderWay(database, mounted().id)) await copy(context, machineId, mounted(), input);
    const found = copyUnderWay(database, mounted().id);
    if (found && goesTo("moved")) await move(context, machineId, mounted(), found);
    if (goesTo("done")) finish(platform, mounted());
  });
}

async function copy(
  { platform, runner }: Context,
  machineId: string,
  source: Volume,
  { createdAt, attachedWhileCopying }: MigrationInput,
): Promise<void> {
  const { database, storage } = platform;
  const { config, state } = machineById(database, machineId);
  if (state !== "started") throw new ApiError(412, `machine ${machineId} is ${state}, not started`);
  setState(platform, machineId, "stopping", { stopRequested: 1, hasStarted: 0 });
  await runner.halt(machineId, stopping(config));
  const made = createVolume(database, {
    ...source,
    state: "hydrating",
    copyOf: source.id,
    ...(createdAt === "kept" ? {} : { createdAt: new Date().toISOString() }),
  });
  try {
    await storage.createCopy(made.id, source.id);
  } catch (error) {
    deleteVolume(database, made.id);
    throw error;
  }
  if (!attachedWhileCopying) attachVolumes(database, machineId, []);
}

async function move({ platform, runner }: Context, machineId: string, source: Volume, made: Volume) {
  const { database } = platform;
  const { appId, config } = machineById(database, machineId);
  const mounts = config.mounts?.map((mount) =>
    mount.volume === source.id ? { ...mount, volume: made.id } : mount,
  );
  transaction(database, () => {
    attachVolumes(database, machineId, [made.id]);
    // Whether Fly.io keeps the CPU balance is not known. Assume no more than that of a new machine.
    forgetCpu(database, machineId);
    changeMachine(database, machineId, {
      config: { ...config, mounts },
      instanceId: ids.ulid(),
      privateIp: machineAddress(networkById(database, appById(database, appId).networkId).prefix),
    });
    // flyctl recognizes a migration by the source of the launch event. Source: flyctl, internal/command/machine/status.go.
    recordEvent(platform, machineId, "launch", "created", "flyd");
    setState(platform, machineId, "starting", { restartCount: 0, stopRequested: 0 });
  });
  await runner.launch(machineId);
}

/** Fly.io keeps the original for a week, but flyctl no longer lists it. */
function finish({ database }: Platform, made: Volume): void {
  changeVolume(database, made.id, { state: "created" });
  if (made.copyOf && findVolume(database, made.copyOf)) {
    changeVolume(database, made.copyOf, { state: "pending_destroy" });
  }
}

function mountedVolume({ database }: Platform, { id, config }: Machine): Volume {
  const volume = findVolume(database, config.mounts?.[0]?.volume ?? "");
  if (!volume) throw new ApiError(412, `machine ${id} has no volume`);
  return volume;
}
