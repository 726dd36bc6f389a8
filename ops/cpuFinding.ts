/** Whether the machine gets the CPU that it has work for, and which size fixes it at which price. */
import { z } from "zod";
import type { SizedMachine } from "../components/fly/answers.ts";
import { cpuQuota, type MachineSize, machineSizes } from "../components/fly/machineSizes.ts";
import { isPriced, monthlyPrice } from "../components/fly/prices.ts";
import { sizeText } from "../components/settings/units.ts";
import { type Finding, ok, problem } from "./finding.ts";

/** CPU times since the machine's start, of all its vCPUs together, in hundredths of a second. */
const times = z.object({ used: z.number(), steal: z.number(), idle: z.number() });
type Times = z.infer<typeof times>;

/** What `paperclip-cpu` prints: the times, and the same ten seconds later. */
export const cpuShape = z.object({ cpus: z.number(), first: times, last: times });
export type CpuReadings = z.infer<typeof cpuShape>;

/** What a machine is and where. */
export type ListedMachine = Pick<SizedMachine, "region" | "config">;

/** Up to this share of the time a machine can be held back and is still fine. */
const mostHeld = 0.1;

/**
 * A start uses more than a new machine has saved, on every size: whoever looks right after `pulumi up` finds it held back. So the shares say
 * something after these many seconds.
 */
const startSeconds = 15 * 60;

/**
 * Share of the time in which a machine was held back, 0 to 1: it had work to do and its quota was used up, which Linux counts as steal. The
 * vCPUs share one quota, so one that was held back is enough.
 */
function heldShare({ steal }: Times, seconds: number): number {
  return seconds > 0 ? Math.min(1, steal / 100 / seconds) : 0;
}

/** Seconds that the times are of. */
const secondsOf = ({ used, steal, idle }: Times, cpus: number): number => (used + steal + idle) / 100 / cpus;

const between = (first: Times, last: Times): Times => ({
  used: last.used - first.used,
  steal: last.steal - first.steal,
  idle: last.idle - first.idle,
});

/**
 * CPU quota, in cores, with which the same work is held back for no more than a tenth of the time. While it was held back a machine did
 * `quota / (1 - quota)` seconds of work in each second of steal. On a quota q that work takes `work * (1 - q) / q` seconds of steal.
 */
export function quotaNeeded(held: number, quota: number): number {
  const work = (held * quota) / (1 - quota);
  return work / (work + mostHeld);
}

/** The smallest larger preset with this quota, and the memory that it has to have. Undefined where there is none. */
function sizeWith(
  quota: number,
  { guest, memoryMb }: { guest: Pick<MachineSize, "cpuKind" | "cpus">; memoryMb: number },
): { size: string; memoryMb: number } | undefined {
  const least = Math.max(quota, cpuQuota(guest) + Number.EPSILON);
  const found = [...machineSizes].find(([, preset]) => cpuQuota(preset) >= least);
  return found && { size: found[0], memoryMb: Math.max(memoryMb, found[1].memoryMb) };
}

/** @param readings undefined where the machine's image is from before this question */
export function cpuFinding(
  readings: CpuReadings | undefined,
  { region, config: { guest } }: ListedMachine,
): Finding {
  if (!readings) return problem("cpu", "cannot be asked whether it is held back", "pulumi up");
  const { cpus, first, last } = readings;
  const lately = between(first, last);
  const held = {
    lately: heldShare(lately, secondsOf(lately, cpus)),
    always: heldShare(last, secondsOf(last, cpus)),
  };
  const text = `held back for ${percent(held.lately)} of the last ten seconds, ${percent(held.always)} since the start`;
  const judged = Math.max(held.lately, held.always);
  if (judged <= mostHeld) return ok("cpu", text);
  if (secondsOf(last, cpus) < startSeconds)
    return ok("cpu", `${text}; that is of the start, look again in a quarter of an hour`);

  const size = { cpuKind: guest.cpu_kind === "shared" ? "shared" : "performance", cpus: guest.cpus } as const;
  const next =
    size.cpuKind === "shared"
      ? sizeWith(quotaNeeded(judged, cpuQuota(size)), { guest: size, memoryMb: guest.memory_mb })
      : undefined;
  // A core of its own is never held back by Fly.io, so another machine on its host is in the way.
  if (!next) return problem("cpu", text, "see https://status.flyio.net, then try again");
  return problem("cpu", `${text}; ${offer(next, region)}`, commands(next, guest.memory_mb));
}

const percent = (share: number) => `${Math.round(share * 100)} %`;

function offer({ size, memoryMb }: { size: string; memoryMb: number }, region: string): string {
  const price = monthlyPrice(size, memoryMb, region).toFixed(2);
  const about = isPriced(region) ? "" : "about ";
  return `${size} with ${sizeText(memoryMb)} fixes it for ${about}${price} dollars a month`;
}

const commands = ({ size, memoryMb }: { size: string; memoryMb: number }, memoryNow: number) =>
  [
    `pulumi config set size ${size}`,
    ...(memoryMb === memoryNow ? [] : [`pulumi config set memory ${sizeText(memoryMb)}`]),
    "pulumi up",
  ].join(" && ");
