/** Removes what an earlier bench that was cut off could not remove. */
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import Docker from "dockerode";
import { startPlatform } from "../local/platform/platform.ts";
import { stopService } from "../local/platform/service.ts";
import type { Toolchain } from "../local/toolchain/setup.ts";
import { removeVolume } from "./volume.ts";
import { label, platformFolder, workshop } from "./workshop.ts";

/** @param image has losetup */
export async function tidyUp(toolchain: Toolchain, image: string): Promise<void> {
  const docker = new Docker();
  const filters = { label: [label] };
  for (const { Id } of await docker.listContainers({ all: true, filters }))
    await docker.getContainer(Id).remove({ force: true });
  for (const { Name } of (await docker.listVolumes({ filters })).Volumes) await removeVolume(Name, image);
  await stopService(join(workshop, "registry"), "registry");
  if (existsSync(platformFolder)) {
    await stopService(platformFolder, "laptop");
    await (await startPlatform(platformFolder, toolchain)).remove();
  }
  await rm(workshop, { recursive: true, force: true });
}
