/**
 * Fly.io's list prices of a running machine, in US dollars a month, from its price page of 2025-08-19 (the newest whole table that could be
 * found; 5.92 and 6.64 were still quoted as list prices in September 2026). What the machine's volume costs comes on top.
 */
export const pricesFrom = "Fly.io's price page of 2025-08-19";

export const regions = ["iad", "ams"] as const;
export type Region = (typeof regions)[number];

export interface Size {
  /** Shared vCPUs. */
  cpus: number;
  memoryMb: number;
  dollars: Record<Region, number>;
}

export const sizes: readonly Size[] = [
  { cpus: 1, memoryMb: 1024, dollars: { iad: 5.7, ams: 5.92 } },
  { cpus: 1, memoryMb: 2048, dollars: { iad: 10.7, ams: 11.11 } },
  { cpus: 2, memoryMb: 1024, dollars: { iad: 6.39, ams: 6.64 } },
  { cpus: 2, memoryMb: 2048, dollars: { iad: 11.39, ams: 11.83 } },
  { cpus: 4, memoryMb: 1024, dollars: { iad: 7.78, ams: 8.08 } },
  { cpus: 4, memoryMb: 2048, dollars: { iad: 12.78, ams: 13.27 } },
];

export const priceOf = (cpus: number, memoryMb: number) =>
  sizes.find((size) => size.cpus === cpus && size.memoryMb === memoryMb)?.dollars;
