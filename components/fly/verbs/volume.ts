/**
 * The encrypted volume with all of the client's data. It is never replaced: what cannot be done to the one there is, is refused with
 * what to do instead. Its id is only told, never asked for again: Fly.io gives another one when it moves the machine.
 */
import { z } from "zod";
import type { VerbInputs } from "../../verb.ts";
import { flyctl, flyctlJson } from "../flyctl.ts";
import { describeVolumes, type Volume, volumeShape, volumeWithData } from "../volumes.ts";

/** What the verb printed the last time. Earlier versions did not say `emptySince`. */
const printed = z.object({ emptySince: z.string().default("") });

const regions = z.array(z.object({ code: z.string(), name: z.string() }));

export async function create(inputs: VerbInputs) {
  const { input, progress } = inputs;
  const [app, name, region] = [input("APP"), input("VOLUME"), input("REGION")];
  const existing = await find(app, name);
  // Whoever made it, it can hold data.
  if (existing) return output(await adapt(existing, inputs), "");
  await requireRegion(app, region);
  progress(`creating the volume ${name}, ${input("SIZE_GB")} GB in ${region}`);
  const args = [
    "volumes",
    "create",
    name,
    "--app",
    app,
    "--region",
    region,
    "--size",
    input("SIZE_GB"),
    "--yes",
  ];
  const retention = ["--snapshot-retention", input("SNAPSHOT_RETENTION_DAYS")];
  // The machine's size is a hint, so that the volume lands on a host that has room for the machine.
  const machine = ["--vm-size", input("SIZE"), "--vm-memory", input("MEMORY_MB")];
  const made = await flyctlJson(app, [...args, ...retention, ...machine], volumeShape);
  return output(made, made.created_at);
}

export async function update(inputs: VerbInputs) {
  const [app, name] = [inputs.input("APP"), inputs.input("VOLUME")];
  const existing = await find(app, name);
  if (!existing) {
    throw new Error(
      `The volume ${name} of ${app} is gone. Restore it from a snapshot or a backup; only then, or to start empty, run: pulumi state delete`,
    );
  }
  return output(await adapt(existing, inputs), printed.parse(inputs.previous).emptySince);
}

export async function remove({ input, progress }: VerbInputs) {
  const [app, name] = [input("APP"), input("VOLUME")];
  const volume = await find(app, name);
  if (!volume) return;
  progress(
    `destroying the volume ${volume.id}; its snapshots stay for their days, as long as the app is there`,
  );
  await flyctl(app, ["volumes", "destroy", volume.id, "--app", app, "--yes"]);
}

/** Brings the volume there is to the wanted size, at least, and snapshot retention. A volume cannot shrink, and Fly.io extends some by itself. */
async function adapt(volume: Volume, { input, progress }: VerbInputs): Promise<Volume> {
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
    await flyctl(app, ["volumes", "update", volume.id, "--app", app, "--snapshot-retention", retention]);
  }
  return { ...volume, size_gb: Math.max(sizeGb, volume.size_gb) };
}

/** On some machines the file system grows at the next start only. flyctl says so in its text, and nowhere in its JSON. */
async function extend(app: string, volume: Volume, sizeGb: number, progress: VerbInputs["progress"]) {
  const size = ["--size", String(sizeGb)];
  const said = await flyctl(app, ["volumes", "extend", volume.id, "--app", app, ...size, "--yes"]);
  const machine = volume.attached_machine_id;
  if (!machine || !said.includes("need to stop and start your Machine")) return;
  progress(`restarting the machine ${machine}, so that its file system grows with the volume`);
  const restart = ["machine", "restart", machine, "--app", app];
  await flyctl(app, restart).catch((error: Error) => {
    throw new Error(
      `The volume has ${sizeGb} GB, but its file system grows only when the machine restarts, which failed: ${error.message}\n` +
        `Restart it: flyctl ${restart.join(" ")}`,
    );
  });
}

/** @throws Error where several volumes could be the one with the data. */
async function find(app: string, name: string): Promise<Volume | undefined> {
  const volumes = await flyctlJson(app, ["volumes", "list", "--app", app], z.array(volumeShape));
  const { volume, all } = volumeWithData(volumes, name);
  if (volume || all.length === 0) return volume;
  throw new Error(
    `The app ${app} has ${all.length} volumes named ${name}, and nobody can tell which one has the data: ${describeVolumes(all)}.\n` +
      "Nothing is done to any of them. Fly.io makes a copy when it moves a machine to another host: wait ten minutes, then run pulumi up again.\n" +
      `If there are still as many, ask Fly.io which one its machine has; see: flyctl volumes list --app ${app}`,
  );
}

async function requireRegion(app: string, region: string) {
  const known = await flyctlJson(app, ["platform", "regions"], regions);
  if (known.some(({ code }) => code === region)) return;
  throw new Error(
    `Fly.io has no region ${region}; it has ${known.map(({ code }) => code).join(", ")}.\nTake one of them: pulumi config set region ams`,
  );
}

/** @param emptySince when this program made the volume, with nothing on it; empty where it was there already. */
const output = ({ id, region, size_gb }: Volume, emptySince: string) => ({
  volumeId: id,
  region,
  sizeGb: size_gb,
  emptySince,
});
