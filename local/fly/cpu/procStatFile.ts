import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { type CpuTimes, noTimes, procStatText } from "./procStat.ts";

const hostFile = "/proc/stat";

/** What Docker mounts over /proc/stat of a machine; it is read there as it is written here. */
export function procStatMount(file: string) {
  return { Type: "bind", Source: file, Target: hostFile, ReadOnly: true } as const;
}

/** The same for `docker run`. */
export function procStatFlags(file: string): string[] {
  return ["--mount", `type=bind,source=${file},target=${hostFile},readonly`];
}

/** Makes the file of a machine that is about to start. */
export function createProcStat(file: string, cpus: number): void {
  writeFileSync(file, procStatText(cpus, noTimes, readFileSync(hostFile, "utf8")), { mode: 0o644 });
}

/** The file of a machine that runs. It is written in place, in one piece: a machine that reads it never finds a half of it. */
export class ProcStatFile {
  readonly #descriptor: number;
  readonly #cpus: number;

  constructor(file: string, cpus: number) {
    this.#descriptor = openSync(file, "r+");
    this.#cpus = cpus;
  }

  write(times: CpuTimes): void {
    writeSync(this.#descriptor, procStatText(this.#cpus, times, readFileSync(hostFile, "utf8")), 0);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
