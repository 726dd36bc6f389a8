/*
 * The memory that a Fly machine sees. Reports say 221 MiB of 256 (Fly's documentation of volumes shows a tmpfs of half that size) and
 * 1976 MiB of 2048 (a user's df, 2025-03-30). 3, 8 and 16 GB lie on the same line, which gives 973 MiB of 1024. Fly's init and its ssh
 * server take some more; a container here does not have them.
 */
const smallest = { given: 256, seen: 221 };
const larger = { given: 2048, seen: 1976 };
const flysOwn = 8;

/** MiB that all programs of a machine together can use, out of the `memory_mb` of its config: 965 of 1024. */
export function guestMemory(memoryMb: number): number {
  const perMegabyte = (larger.seen - smallest.seen) / (larger.given - smallest.given);
  return Math.floor(smallest.seen + (memoryMb - smallest.given) * perMegabyte - flysOwn);
}
