import type { Mount } from "./config.ts";

/**
 * The size of a volume, in GB, once the platform has seen how much of it is used. Source: fly.io/docs/reference/configuration, mounts: over
 * the threshold it grows by the increment, unless it would exceed the limit. Without all three values it never does.
 */
export function extendedGb(mount: Mount | undefined, sizeGb: number, usedGb: number): number {
  const { extend_threshold_percent: percent, add_size_gb: more, size_gb_limit: limit } = mount ?? {};
  if (!percent || !more || !limit) return sizeGb;
  let extended = sizeGb;
  while ((usedGb / extended) * 100 >= percent && extended + more <= limit) extended += more;
  return extended;
}
