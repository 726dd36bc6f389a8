import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { type CpuTimes, noTimes, procStatText } from "./procStat.ts";

const hostFile = "/proc/stat";

/** The mount that puts the file over a machine's /proc/stat. What is written here is read there. */
export function procStatMount(file: string) {
  return { Type: "bind", Source: file, Target: hostFile, ReadOnly: true } as const;
}

/** The same for `docker run`. */
export function procStatFlags(file: string): string[] {
  return ["--mount", `type=bind,source=${file},target=${hostFile},readonly`];
}

/** Creates the file for a machine that is about to start. */
export function createProcStat(file: string, cpus: number): void {
  writeFileSync(file, procStatText(cpus, noTimes, readFileSync(hostFile, "utf8")), { mode: 0o644 });
}

/** The file of a running machine. It is written in place with a single write, so that the machine never reads half of it. */
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
