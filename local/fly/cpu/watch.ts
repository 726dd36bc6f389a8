import type Docker from "dockerode";
import type { CpuCheckpoint, CpuGuest } from "./balance.ts";

export interface CpuWatch {
  docker: Docker;
  /** A container made with the result of `planCpu`. It has just been started, or was running when an earlier watch left it. */
  containerId: string;
  guest: CpuGuest;
  /** Seconds of balance at its start, or the state in which an earlier watch left the machine. */
  from: number | CpuCheckpoint;
  /** The file that is mounted over its /proc/stat. Default: none. */
  procStatFile?: string;
  /** Receives the state of the watch every few seconds and at its end. */
  onCheckpoint?: (checkpoint: CpuCheckpoint) => void;
  /** Receives the reason why the machine does not have the CPU that it should have. */
  onProblem: (problem: string) => void;
}

/** A machine's CPU figures, in seconds. All but the balance count from its start. */
export interface CpuReading {
  balanceSeconds: number;
  usedSeconds: number;
  /** Time in which it had work to do and was not allowed to run. */
  throttledSeconds: number;
  /** The same as shown in its /proc/stat: never more than the time that its vCPUs did not use. */
  stealSeconds: number;
  /** Whether it is limited to its share. */
  isHeld: boolean;
}
