import type Docker from "dockerode";
import type { CpuCheckpoint, CpuGuest } from "./balance.ts";

export interface CpuWatch {
  docker: Docker;
  /** A container that was made with what `planCpu` says and has just been started, or was when an earlier watch left it. */
  containerId: string;
  guest: CpuGuest;
  /** Seconds of balance at its start, or where an earlier watch has left the machine. */
  from: number | CpuCheckpoint;
  /** What is mounted over its /proc/stat. Default: nothing is. */
  procStatFile?: string;
  /** Told where the watch is: every few seconds, and at its end. */
  onCheckpoint?: (checkpoint: CpuCheckpoint) => void;
  /** Told why the machine does not have the CPU that it should have. */
  onProblem: (problem: string) => void;
}

/** What can be read of a machine's CPU, in seconds; all but the balance since its start. */
export interface CpuReading {
  balanceSeconds: number;
  usedSeconds: number;
  /** For which it had work to do and was not let. */
  throttledSeconds: number;
  /** The same as its /proc/stat has it: never more than its vCPUs did not use. */
  stealSeconds: number;
  /** It may use no more than its share. */
  isHeld: boolean;
}
