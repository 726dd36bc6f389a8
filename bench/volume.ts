/**
 * Volumes like Fly.io's: a disk of their own with a new ext4. In a folder of the host's file system, earlier deletions would slow down the
 * unpacking of a database: an ext4 without a journal looks at each inode that was freed within the last minutes. That cost a first boot
 * between 0.4 and 2.4 s.
 */
import { randomUUID } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import Docker from "dockerode";
import { execa } from "execa";
import { asRoot } from "../local/asRoot.ts";
import { label, workshop } from "./workshop.ts";

const docker = new Docker();
const disks = join(workshop, "disks");

export interface Volume {
  /** Of the Docker volume. */
  name: string;
  /** The block device that it is on, as Docker's host names it. */
  device: string;
}

/**
 * Makes a volume.
 *
 * @param image has losetup
 * @throws Error when mkfs.ext4 is not there, or the kernel gives no loop device
 */
export async function newVolume(image: string): Promise<Volume> {
  const name = randomUUID();
  const disk = join(disks, name);
  await mkdir(disks, { recursive: true });
  await execa("truncate", ["--size", "1G", disk]);
  // Debian has it where only root looks. The options make mkfs leave no work for later, which would run while the first boot is measured.
  const path = `${process.env.PATH}:/usr/sbin:/sbin`;
  await execa("mkfs.ext4", ["-q", "-E", "lazy_itable_init=0,lazy_journal_init=0", disk], {
    env: { PATH: path },
  });
  const device = await asRoot(`losetup --find --show "$VOLUME/${name}"`, image, disks);
  await docker.createVolume({ Name: name, Labels: { [label]: "" }, DriverOpts: { type: "ext4", device } });
  return { name, device };
}

/** Removes a volume, even if its device is gone because the host was restarted. */
export async function removeVolume(name: string, image: string): Promise<void> {
  await docker.getVolume(name).remove();
  await mkdir(disks, { recursive: true });
  const devices = `losetup --noheadings --output NAME --associated "$VOLUME/${name}"`;
  await asRoot(`for device in $(${devices}); do losetup --detach "$device"; done`, image, disks);
  await rm(join(disks, name), { force: true });
}
