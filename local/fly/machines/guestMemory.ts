/*
 * What a Fly machine sees of its memory. Reported are 221 MiB of 256 (the tmpfs of half of it in Fly's documentation of volumes) and
 * 1976 MiB of 2048 (a user's df, 2025-03-30); 3, 8 and 16 GB lie on the same line, on which 1024 MiB are 973. Fly's init and its ssh server,
 * which a container here does not have, take some more.
 */
const smallest = { given: 256, seen: 221 };
const larger = { given: 2048, seen: 1976 };
const flysOwn = 8;

/** MiB that the programs of a machine have between them, of the `memory_mb` that the machine was ordered with: 965 of 1024. */
export function guestMemory(memoryMb: number): number {
  const perMegabyte = (larger.seen - smallest.seen) / (larger.given - smallest.given);
  return Math.floor(smallest.seen + (memoryMb - smallest.given) * perMegabyte - flysOwn);
}
