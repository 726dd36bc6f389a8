import type { Command } from "../cli/command.ts";
import { snapshotsCreate } from "./snapshotsCreate.ts";
import { snapshotsList } from "./snapshotsList.ts";
import { volumesCreate } from "./volumesCreate.ts";
import { volumesDestroy } from "./volumesDestroy.ts";
import { volumesExtend } from "./volumesExtend.ts";
import { volumesList } from "./volumesList.ts";
import { volumesUpdate } from "./volumesUpdate.ts";

export const volumes: Command = {
  name: "volumes",
  aliases: ["volume", "vol", "v"],
  short: "Manage Fly Volumes.",
  long:
    "Manage Fly Volumes. Volumes are persistent storage for Fly Machines. Learn how how volumes work: " +
    "https://fly.io/docs/volumes/overview/.",
  commands: [
    volumesCreate,
    volumesDestroy,
    volumesExtend,
    volumesList,
    volumesUpdate,
    {
      name: "snapshots",
      aliases: ["snapshot", "snaps"],
      short: "Manage volume snapshots.",
      long:
        "Manage volume snapshots. A snapshot is a point-in-time copy of a volume. Snapshots can be used to create new " +
        "volumes or restore a volume to a previous state.",
      commands: [snapshotsCreate, snapshotsList],
    },
  ],
  notEmulated: {
    fork: "Fork the specified volume.",
    show: "Show the details of the specified volume.",
  },
};
