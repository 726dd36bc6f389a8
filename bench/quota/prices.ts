/** The sizes that the bench compares, and Fly.io's prices for them. */
import { monthlyPrice } from "../../components/fly/prices.ts";

export const pricesFrom = "Fly.io's price page of 2025-08-19";

export const regions = ["iad", "ams"] as const;
export type Region = (typeof regions)[number];

export interface Size {
  /** Shared vCPUs. */
  cpus: number;
  memoryMb: number;
  /** US dollars for 30 days, without the volume. */
  dollars: Record<Region, number>;
}

export const sizes: readonly Size[] = [1, 2, 4].flatMap((cpus) =>
  [1024, 2048].map((memoryMb) => {
    const price = (region: Region) => monthlyPrice(`shared-cpu-${cpus}x`, memoryMb, region);
    return { cpus, memoryMb, dollars: { iad: price("iad"), ams: price("ams") } };
  }),
);
