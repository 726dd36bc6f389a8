/** The sizes of machines that are measured, in the form of Fly.io's `guest`. */
import type { CpuGuest } from "../../local/fly/cpu/balance.ts";

export interface Guest extends CpuGuest {
  /** As ordered; a machine's programs see a little less. */
  memoryMb: number;
}

/** The program's default, shared-cpu-1x with 1 GB. */
export const defaultGuest: Guest = { cpu_kind: "shared", cpus: 1, memoryMb: 1024 };

/** Fly.io's name of a size. */
export const sizeName = ({ cpu_kind, cpus }: CpuGuest) => `${cpu_kind}-cpu-${cpus}x`;
