import type { Mount } from "./config.ts";

/**
 * The size of a volume, in GB, after the platform has seen how much of it is used. Above the threshold it grows by the increment, unless
 * that would exceed the limit. It never grows if one of the three values is missing. Source: fly.io/docs/reference/configuration, mounts.
 */
export function extendedGb(mount: Mount | undefined, sizeGb: number, usedGb: number): number {
  const { extend_threshold_percent: percent, add_size_gb: more, size_gb_limit: limit } = mount ?? {};
  if (!percent || !more || !limit) return sizeGb;
  let extended = sizeGb;
  while ((usedGb / extended) * 100 >= percent && extended + more <= limit) extended += more;
  return extended;
}
