import type { FlagSet } from "../cli/flagSet.ts";
import { FlyError } from "../errors.ts";
import { mebibytesOfMemory, parseSize } from "../go/size.ts";
import { defaultSize, type Guest, presetGuest } from "../types/guest.ts";

/** A guest with the `--vm-*` flags applied to it. @param base the smallest shared machine by default */
export function guestFromFlags(flags: FlagSet, base: Guest | null = null): Guest {
  const guest = { ...(base ?? presetGuest(defaultSize)) };
  if (flags.isGiven("vm-size")) {
    const { cpus, cpu_kind, memory_mb } = presetGuest(flags.string("vm-size"));
    Object.assign(guest, { cpus, cpu_kind, memory_mb, gpus: 0, gpu_kind: "" });
  }
  if (flags.isGiven("vm-cpus")) {
    guest.cpus = flags.number("vm-cpus");
    if (guest.cpus <= 0) throw new FlyError(`--vm-cpus must be greater than zero, got: ${guest.cpus}`);
  }
  if (flags.isGiven("vm-memory")) guest.memory_mb = memory(flags, "vm-memory");
  if (flags.isGiven("vm-max-memory")) guest.max_memory_mb = memory(flags, "vm-max-memory");
  if (flags.isGiven("vm-cpu-kind")) {
    guest.cpu_kind = flags.string("vm-cpu-kind");
    if (guest.cpu_kind !== "shared" && guest.cpu_kind !== "performance") {
      throw new FlyError("--vm-cpu-kind must be set to 'shared' or 'performance'");
    }
  }
  if (flags.isGiven("vm-gpus") || flags.isGiven("vm-gpu-kind")) {
    throw new FlyError(
      "GPU machines are no longer supported: --vm-gpu-kind and --vm-gpus are no longer accepted",
    );
  }
  if (flags.isGiven("host-dedication-id")) guest.host_dedication_id = flags.string("host-dedication-id");
  return guest;
}

function memory(flags: FlagSet, name: string): number {
  const megabytes = parseSize(flags.string(name), mebibytesOfMemory);
  if (megabytes === 0) throw new FlyError(`--${name} cannot be zero`);
  return megabytes;
}
