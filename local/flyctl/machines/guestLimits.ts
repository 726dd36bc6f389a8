import { FlyError } from "../errors.ts";
import { cpuKinds, type Guest } from "../types/guest.ts";

const docUrl = "https://fly.io/docs/machines/guides-examples/machine-sizing/";

/** @throws FlyError with what would be allowed if the machine cannot have these processors or this memory */
export function checkGuest({ cpu_kind: kind, cpus, memory_mb: memory }: Guest): void {
  const limits = cpuKinds.find((candidate) => candidate.kind === kind);
  const refuse = (reason: string, description: string, suggestion: string): never => {
    throw new FlyError(reason, { description, suggestion, docUrl });
  };
  if (!limits) {
    const kinds = cpuKinds.map((candidate) => candidate.kind).join(" ");
    const description = `The CPU kind given: ${kind}, is not valid`;
    throw new FlyError("invalid CPU kind", {
      description,
      suggestion: `Valid values are [${kinds}]`,
      docUrl,
    });
  }
  if (!limits.cpus.includes(cpus)) {
    refuse(
      "invalid number of CPUs",
      `For the CPU kind ${kind}, ${cpus} CPUs is not valid`,
      `Valid numbers are [${limits.cpus.join(" ")}]`,
    );
  }
  if (memory % limits.memoryStep !== 0) {
    const nearest = memory - (memory % limits.memoryStep) || limits.memoryStep;
    refuse(
      "invalid memory size",
      `${memory}MiB of memory is not valid`,
      `Memory size must be in a ${limits.memoryStep} MiB increment (${nearest}MiB would work)`,
    );
  }
  const least = limits.leastMemoryPerCpu * cpus;
  const most = limits.mostMemoryPerCpu * cpus;
  const asked = `For ${kind} VMs with ${cpus} CPUs, ${memory}MiB of memory is too`;
  const change = (limit: string) =>
    `Try setting memory to a value ${limit}MiB for the config changes requested`;
  if (memory < least) refuse("memory size for config is too low", `${asked} low`, change(`>= ${least}`));
  if (memory > most) refuse("memory size for config is too high", `${asked} high`, change(`<= ${most}`));
}
