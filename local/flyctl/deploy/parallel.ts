/** Runs a step for each item, so many at a time; after a failure no further one begins. */
export async function inParallel<T>(
  items: T[],
  atOnce: number,
  step: (item: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  let failed = false;
  const worker = async () => {
    while (next < items.length && !failed) {
      const index = next++;
      try {
        await step(items[index] as T, index);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(atOnce, items.length)) }, worker));
}

/** @param maxUnavailable how many of the machines may be down: a number of them, or below 1 a share */
export function unavailableAtOnce(maxUnavailable: number, count: number): number {
  return maxUnavailable >= 1 ? Math.trunc(maxUnavailable) : Math.ceil(count * maxUnavailable);
}
