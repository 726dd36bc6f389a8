/** Finds the disk that holds Docker's images, and checks that a container's use of it can be limited. */
import { readFile, readlink, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import Docker from "dockerode";
import { execa } from "execa";
import { asRoot } from "../../local/asRoot.ts";
import { NotOnThisHost } from "../notOnThisHost.ts";
import type { Volume } from "../volume.ts";
import { diskLimits, rootDisk, volumeDisk } from "./diskLimits.ts";

/**
 * The block device that holds Docker's images, e.g. /dev/vda.
 *
 * @throws NotOnThisHost if Docker's folder is not visible from here, or its file system is not on one block device
 */
export async function rootDevice(): Promise<string> {
  const { DockerRootDir: folder } = (await new Docker().info()) as { DockerRootDir: string };
  const { dev } = await stat(folder).catch(() => ({ dev: 0 }));
  const [major, minor] = deviceNumbers(dev);
  const link = await readlink(`/sys/dev/block/${major}:${minor}`).catch(() => undefined);
  if (link === undefined)
    throw new NotOnThisHost(
      `disks cannot be slowed down here: ${folder} is on no block device that this host shows`,
    );
  // Limits apply to a whole disk.
  const isPartition = await readFile(join("/sys/dev/block", link, "partition")).catch(() => undefined);
  return `/dev/${basename(isPartition ? dirname(link) : link)}`;
}

/** Major and minor number, as the C library splits them. */
export function deviceNumbers(dev: number): [number, number] {
  const device = BigInt(dev);
  const major = ((device >> 8n) & 0xfffn) | ((device >> 32n) & 0xfffff000n);
  const minor = (device & 0xffn) | ((device >> 12n) & 0xffffff00n);
  return [Number(major), Number(minor)];
}

/** Mebibytes that the trial reads and writes. */
const trialMebibytes = 16;

/** The trial is allowed to be this many times as fast as the limit, because the first bytes are not counted. */
const tolerance = 1.5;

/**
 * Checks that limits have an effect: reads a file of the image past the cache, and writes to a volume.
 *
 * @param image has dd and bash
 * @throws NotOnThisHost with the measured speeds if the limits have no effect
 */
export async function tryDiskLimits(image: string, root: string, volume: Volume): Promise<void> {
  const { hostConfig } = diskLimits(root, volume.device);
  const flag = (name: string, devices: { Path: string; Rate: number }[]) =>
    devices.map(({ Path, Rate }) => `--device-${name}=${Path}:${Rate}`);
  const flags = [
    ...flag("read-bps", hostConfig.BlkioDeviceReadBps),
    ...flag("write-bps", hostConfig.BlkioDeviceWriteBps),
    ...["--volume", `${volume.name}:/volume`, "--entrypoint", "sh"],
  ];
  const times = `
    start=$(date +%s%N)
    dd if="$(command -v node)" of=/dev/null bs=1M count=${trialMebibytes} iflag=direct 2>/dev/null
    middle=$(date +%s%N)
    dd if=/dev/zero of=/volume/trial bs=1M count=${trialMebibytes} oflag=direct 2>/dev/null
    end=$(date +%s%N)
    rm /volume/trial
    echo $((middle - start)) $((end - middle))`;
  await asRoot("sync", image);
  const { stdout } = await execa("docker", ["run", "--rm", ...flags, image, "-ec", times]);
  const [read = 0, write = 0] = stdout.split(" ").map((nanoseconds) => Number(nanoseconds) / 1e9);
  for (const [what, seconds, { bytesASecond }] of [
    ["reading the image", read, rootDisk],
    ["writing to the volume", write, volumeDisk],
  ] as const) {
    const rate = (trialMebibytes * 1024 ** 2) / seconds;
    if (rate > bytesASecond * tolerance)
      throw new NotOnThisHost(
        `disks cannot be slowed down here: ${what} went at ${(rate / 1024 ** 2).toFixed(0)} MiB/s in a container that Docker was to ` +
          `give ${bytesASecond / 1024 ** 2} MiB/s. The kernel needs CONFIG_BLK_DEV_THROTTLING.`,
      );
  }
}
