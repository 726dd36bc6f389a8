/**
 * Disks as slow as Fly.io's: "heavily limited regardless of the Machine type", 8 MiB/s and 2000 operations a second for the root disk, 16
 * MiB/s and 4000 for a volume of shared-cpu-1x and 2x (https://fly.io/docs/volumes/overview/). Docker limits what a container itself reads
 * from a block device and writes to it. It does not limit what the kernel writes later on the container's behalf.
 */
const mebibyte = 1024 ** 2;
export const rootDisk = { bytesASecond: 8 * mebibyte, operationsASecond: 2000 };
export const volumeDisk = { bytesASecond: 16 * mebibyte, operationsASecond: 4000 };

interface Rate {
  Path: string;
  Rate: number;
}

/** For Docker's API. */
export interface DiskLimits {
  hostConfig: Record<
    "BlkioDeviceReadBps" | "BlkioDeviceWriteBps" | "BlkioDeviceReadIOps" | "BlkioDeviceWriteIOps",
    Rate[]
  >;
}

/**
 * @param rootDevice the block device that holds Docker's images, e.g. /dev/vda
 * @param volumeDevice the volume's block device, e.g. /dev/loop3
 */
export function diskLimits(rootDevice: string, volumeDevice: string): DiskLimits {
  const devices = [
    { Path: rootDevice, ...rootDisk },
    { Path: volumeDevice, ...volumeDisk },
  ];
  const bytes = devices.map(({ Path, bytesASecond }) => ({ Path, Rate: bytesASecond }));
  const operations = devices.map(({ Path, operationsASecond }) => ({ Path, Rate: operationsASecond }));
  return {
    hostConfig: {
      BlkioDeviceReadBps: bytes,
      BlkioDeviceWriteBps: bytes,
      BlkioDeviceReadIOps: operations,
      BlkioDeviceWriteIOps: operations,
    },
  };
}
