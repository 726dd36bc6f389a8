/**
 * What Fly.io asks for a machine. A machine's price is that of its CPUs and of its memory, times the factor of its region.
 *
 * Sources: the table of https://fly.io/docs/about/pricing/ as it was on 2025-08-19; public quotes of it from 2026-09, for iad, ams and lhr,
 * which agree; for sjc, Fly.io's page on cost management. The page has a factor for each region, a fraction of 52. The prices of a shared
 * machine's parts are those with which every price of the table comes out to the cent: see the test.
 */
import { machineSizes } from "./machineSizes.ts";

/** US dollars for 30 days in `iad`, for each vCPU and for each GB of memory. */
const base = { shared: 0.6934, performance: 20.994, gigabyte: 5.003 };

/** US dollars for 30 days, for each GB of a volume; in every region. */
const volumeGigabyte = 0.15;

/** How much dearer a region is than `iad`. */
const factors: ReadonlyMap<string, number> = new Map([
  ["iad", 1],
  ["ewr", 1],
  ["ams", 54 / 52],
  ["arn", 54 / 52],
  ["bom", 56 / 52],
  ["yyz", 58 / 52],
  ["lhr", 59 / 52],
  ["sjc", 62 / 52],
]);

/** Whether the region's own prices are known here; elsewhere `monthlyPrice` takes those of `iad`. */
export const isPriced = (region: string): boolean => factors.has(region);

/**
 * Price of a machine that runs all the time, without its volume.
 *
 * @param size a preset, e.g. `shared-cpu-1x`
 * @param memoryMb all memory of the machine, in MB
 * @param region code of the region, e.g. `ams`
 * @returns US dollars for 30 days, to the cent
 * @throws Error if there is no such preset
 */
export function monthlyPrice(size: string, memoryMb: number, region: string): number {
  const preset = machineSizes.get(size);
  if (!preset) throw new Error(`${size} is not a machine preset; see: flyctl platform vm-sizes`);
  const price = base[preset.cpuKind] * preset.cpus + base.gigabyte * (memoryMb / 1024);
  return Math.round(price * (factors.get(region) ?? 1) * 100) / 100;
}

/** Price of a volume in US dollars for 30 days. */
export const volumeMonthlyPrice = (sizeGb: number): number => Math.round(volumeGigabyte * sizeGb * 100) / 100;
