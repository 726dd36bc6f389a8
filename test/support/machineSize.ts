import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import { CpuAccountant } from "../../local/fly/cpu/accountant.ts";
import type { CpuCheckpoint, CpuGuest } from "../../local/fly/cpu/balance.ts";
import { cpuFlags, planCpu } from "../../local/fly/cpu/plan.ts";
import { createProcStat, procStatFlags } from "../../local/fly/cpu/procStatFile.ts";
import { guestMemory } from "../../local/fly/machines/guestMemory.ts";

const guest: CpuGuest = { cpu_kind: "shared", cpus: 1 };
const swap = 512;

/** The CPU and memory of a client's machine, shared-cpu-1x, for a container of `docker run`. */
export class MachineSize {
  /** For `docker run`. */
  readonly flags: string[];
  readonly #folder: string;
  readonly #docker = new Docker();
  #from: number | CpuCheckpoint;
  #cpu: CpuAccountant | undefined;
  #problem: string | undefined;

  private constructor(folder: string, flags: string[], balanceSeconds: number) {
    this.#folder = folder;
    this.flags = flags;
    this.#from = balanceSeconds;
  }

  /**
   * @param balanceSeconds seconds of CPU that the machine has saved
   * @param memoryMb memory that the machine is ordered with
   */
  static async plan(balanceSeconds: number, memoryMb: number): Promise<MachineSize> {
    const memory = guestMemory(memoryMb);
    const folder = await mkdtemp(join(tmpdir(), "machine-size-"));
    const file = join(folder, "stat");
    createProcStat(file, guest.cpus);
    const limits = [`--memory=${memory}m`, `--memory-swap=${memory + swap}m`, `--shm-size=${memory * 512}k`];
    const cpu = cpuFlags(await planCpu(new Docker(), guest, balanceSeconds));
    return new MachineSize(folder, [...limits, ...cpu, ...procStatFlags(file)], balanceSeconds);
  }

  /** Reads and sets the machine's CPU. */
  get cpu(): CpuAccountant {
    if (!this.#cpu) throw new Error("the machine is not started");
    return this.#cpu;
  }

  /** To be called after each start of the container. The balance stays what it was before. */
  async started(containerId: string): Promise<void> {
    this.#stopWatch();
    this.#cpu = await CpuAccountant.watch({
      docker: this.#docker,
      containerId,
      guest,
      from: this.#from,
      procStatFile: join(this.#folder, "stat"),
      onProblem: (problem) => {
        this.#problem ??= problem;
      },
    });
  }

  /** @throws Error if the machine did not have the CPU that it should have had */
  async remove(): Promise<void> {
    this.#stopWatch();
    await rm(this.#folder, { recursive: true, force: true });
    if (this.#problem !== undefined) throw new Error(this.#problem);
  }

  #stopWatch(): void {
    if (!this.#cpu) return;
    this.#cpu.stop();
    this.#from = this.#cpu.checkpoint();
  }
}
