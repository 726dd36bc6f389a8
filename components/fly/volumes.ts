/**
 * Which of an app's volumes holds the client's data. Fly.io moves machines by itself, and a volume that has moved has another id. So the
 * volume is known by its name and by the machine that has it, never by its id.
 * Source: https://fly.io/docs/reference/machine-migration/
 */
import type { Volume } from "./answers.ts";

/** States of a volume that is deleted or about to be. Source: fly-go, destroyedVolumeStates, and flyctl's own tests. */
const deleted = new Set([
  "scheduling_destroy",
  "fork_cleanup",
  "waiting_for_detach",
  "pending_destroy",
  "destroying",
  "destroyed",
]);

export interface Choice<V> {
  /** Undefined where there is none, and where nobody can tell. */
  volume: V | undefined;
  /** All of the name that are not deleted: while a machine moves, the one that it had and the copy. */
  all: V[];
}

/** The volume that a machine has; where none is attached, the only one. */
export function volumeWithData<V extends Pick<Volume, "name" | "state" | "attached_machine_id">>(
  volumes: readonly V[],
  name: string,
): Choice<V> {
  const all = volumes.filter((volume) => volume.name === name && !deleted.has(volume.state));
  const attached = all.filter(({ attached_machine_id: machine }) => machine);
  const [volume, ...others] = attached.length > 0 ? attached : all;
  return { volume: others.length === 0 ? volume : undefined, all };
}

/** Volumes by what tells them apart. */
export const describeVolumes = (volumes: readonly Volume[]) =>
  volumes
    .map(({ id, size_gb, region, state, attached_machine_id: machine }) =>
      [`${id}, ${size_gb} GB in ${region}, ${state}`, ...(machine ? [`attached to ${machine}`] : [])].join(
        ", ",
      ),
    )
    .join("; ");
