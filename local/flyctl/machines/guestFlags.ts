import type { FlagSet } from "../cli/flagSet.ts";
import { FlyError } from "../errors.ts";
import { mebibytesOfMemory, parseSize } from "../go/size.ts";
import { defaultSize, type Guest, presetGuest } from "../types/guest.ts";

/** The guest that `--vm-size` and `--vm-memory` name. The default is the smallest shared one. */
export function guestFromFlags(flags: FlagSet): Guest {
  const guest = presetGuest(flags.isGiven("vm-size") ? flags.string("vm-size") : defaultSize);
  if (flags.isGiven("vm-memory")) {
    guest.memory_mb = parseSize(flags.string("vm-memory"), mebibytesOfMemory);
    if (guest.memory_mb === 0) throw new FlyError("--vm-memory cannot be zero");
  }
  return guest;
}
