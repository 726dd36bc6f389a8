/**
 * The encrypted volume with all of the client's data. It is never replaced: a change that the volume cannot take is refused, with what to do
 * instead. The id is printed and never used to find the volume again: Fly.io gives another one when it moves the machine.
 */
import { z } from "zod";
import type { VerbInputs } from "../../verbInputs.ts";
import { type Volume, volume as volumeShape } from "../answers.ts";
import * as ask from "../ask.ts";
import * as commands from "../commands.ts";
import { flyctl, flyctlJson } from "../flyctl.ts";
import { describeVolumes, volumeWithData } from "../volumes.ts";

type Inputs = VerbInputs<
  "APP" | "VOLUME" | "REGION" | "SIZE_GB" | "SNAPSHOT_RETENTION_DAYS" | "SIZE" | "MEMORY_MB"
>;

interface Outputs {
  volumeId: string;
  region: string;
  sizeGb: number;
  /** When this program made the volume, with nothing on it; empty where it was there already. 0.1.0 printed no such field. */
  emptySince?: string;
}

const printed = z.object({ emptySince: z.string().default("") });

export async function create(inputs: Inputs) {
  const { input, progress } = inputs;
  const [app, name, region] = [input("APP"), input("VOLUME"), input("REGION")];
  const existing = await find(app, name);
  // Whoever made it, it can hold data.
  if (existing) return output(await adapt(existing, inputs), "");
  await requireRegion(app, region);
  progress(`creating the volume ${name}, ${input("SIZE_GB")} GB in ${region}`);
  const line = commands.volumes.create(app, {
    name,
    region,
    sizeGb: input("SIZE_GB"),
    retentionDays: input("SNAPSHOT_RETENTION_DAYS"),
    machine: { size: input("SIZE"), memoryMb: input("MEMORY_MB") },
  });
  const made = await flyctlJson(app, line, volumeShape);
  return output(made, made.created_at);
}

export async function update(inputs: Inputs) {
  const [app, name] = [inputs.input("APP"), inputs.input("VOLUME")];
  const existing = await find(app, name);
  if (!existing) {
    throw new Error(
      `The volume ${name} of ${app} is gone. Restore it from a snapshot or a backup; only then, or to start empty, run: pulumi state delete`,
    );
  }
  return output(await adapt(existing, inputs), inputs.previous(printed).emptySince);
}

export async function remove({ input, progress }: Inputs) {
  const [app, name] = [input("APP"), input("VOLUME")];
  const volume = await find(app, name);
  if (!volume) return;
  progress(
    `destroying the volume ${volume.id}; its snapshots stay for their days, as long as the app is there`,
  );
  await flyctl(app, commands.volumes.destroy(app, volume.id));
}

/** Gives the volume at least the wanted size, and the wanted snapshot retention. A volume cannot shrink, and Fly.io extends some by itself. */
async function adapt(volume: Volume, { input, progress }: Inputs): Promise<Volume> {
  const [app, region, sizeGb] = [input("APP"), input("REGION"), Number(input("SIZE_GB"))];
  const retention = input("SNAPSHOT_RETENTION_DAYS");
  if (volume.region !== region) {
    throw new Error(
      `The volume with all data is in ${volume.region} and cannot move to ${region}.\n` +
        `Keep the region (pulumi config set region ${volume.region}), or make a new stack in ${region} and restore a backup there.`,
    );
  }
  if (sizeGb < volume.size_gb)
    progress(`the volume keeps its ${volume.size_gb} GB: it cannot shrink to ${sizeGb}`);
  if (sizeGb > volume.size_gb) {
    progress(`extending the volume ${volume.id} from ${volume.size_gb} to ${sizeGb} GB`);
    await extend(app, volume, sizeGb, progress);
  }
  if (String(volume.snapshot_retention) !== retention) {
    await flyctl(app, commands.volumes.keepSnapshots(app, volume.id, retention));
  }
  return { ...volume, size_gb: Math.max(sizeGb, volume.size_gb) };
}

/** On some machines the file system grows only at the next start. flyctl says so in its text, and nowhere in its JSON. */
async function extend(app: string, volume: Volume, sizeGb: number, progress: Inputs["progress"]) {
  const said = await flyctl(app, commands.volumes.extend(app, volume.id, sizeGb));
  const machine = volume.attached_machine_id;
  if (!machine || !said.includes("need to stop and start your Machine")) return;
  progress(`restarting the machine ${machine}, so that its file system grows with the volume`);
  const restart = commands.machine.restart(app, machine);
  await flyctl(app, restart).catch((error: Error) => {
    throw new Error(
      `The volume has ${sizeGb} GB, but its file system grows only when the machine restarts, which failed: ${error.message}\n` +
        `Restart it: flyctl ${restart.join(" ")}`,
    );
  });
}

/** @throws Error where several volumes could be the one with the data. */
async function find(app: string, name: string): Promise<Volume | undefined> {
  const { volume, all } = volumeWithData(await ask.volumes(app), name);
  if (volume || all.length === 0) return volume;
  throw new Error(
    `The app ${app} has ${all.length} volumes named ${name}, and nobody can tell which one has the data: ${describeVolumes(all)}.\n` +
      "Nothing is done to any of them. Fly.io makes a copy when it moves a machine to another host: wait ten minutes, then run pulumi up again.\n" +
      `If there are still as many, ask Fly.io which one its machine has; see: flyctl volumes list --app ${app}`,
  );
}

async function requireRegion(app: string, region: string) {
  const known = await ask.regions(app);
  if (known.some(({ code }) => code === region)) return;
  throw new Error(
    `Fly.io has no region ${region}; it has ${known.map(({ code }) => code).join(", ")}.\nTake one of them: pulumi config set region ams`,
  );
}

const output = ({ id, region, size_gb }: Volume, emptySince: string): Outputs => ({
  volumeId: id,
  region,
  sizeGb: size_gb,
  emptySince,
});
