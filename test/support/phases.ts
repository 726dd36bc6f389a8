import { setTimeout } from "node:timers/promises";
import Docker from "dockerode";
import { type Phase, phaseTable, recordPhase } from "../../local/phases.ts";

/** Records how long each phase of a story took and how much memory the machine had in use at most. */
export class Phases {
  readonly #story: string;
  readonly #container: () => Promise<string | undefined>;

  /**
   * @param story the story that the phases are parts of
   * @param container name or id of the machine's container; asked repeatedly, because there may be none yet and another one later
   */
  constructor(story: string, container: () => Promise<string | undefined>) {
    this.#story = story;
    this.#container = container;
  }

  async run<T>(name: string, work: () => Promise<T>): Promise<T> {
    const start = Date.now();
    const watch = watchMemory(this.#container);
    try {
      return await work();
    } finally {
      const seconds = (Date.now() - start) / 1000;
      const phase: Phase = { story: this.#story, name, seconds, ...(await watch.stop()) };
      await recordPhase(phase);
      console.log(phaseTable([phase]));
    }
  }
}

/** Milliseconds between two looks at the memory. */
const interval = 500;

/**
 * Watches a machine's memory until it is stopped. The kernel's own peak would not do: it counts the cache of files, which grows until the
 * memory is full.
 */
function watchMemory(container: () => Promise<string | undefined>) {
  const stop = new AbortController();
  const most: Pick<Phase, "memoryMb" | "swapMb"> = {};
  const watching = (async () => {
    while (!stop.signal.aborted) {
      // A machine that is being stopped or made has no memory to look at.
      const usage = await memoryOf(await container()).catch(() => undefined);
      if (usage) {
        most.memoryMb = Math.max(most.memoryMb ?? 0, usage.memoryMb);
        most.swapMb = Math.max(most.swapMb ?? 0, usage.swapMb);
      }
      await setTimeout(interval, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  })();
  return {
    async stop() {
      stop.abort();
      await watching;
      return most;
    },
  };
}

async function memoryOf(container: string | undefined) {
  if (!container) return undefined;
  const answer = await new Docker().getContainer(container).stats({ stream: false, "one-shot": true });
  const { usage, stats } = answer.memory_stats as { usage?: number; stats?: Record<string, number> };
  if (usage === undefined) return undefined;
  // Memory that can be given back at once does not count. Its name depends on the version of control groups.
  const cache = stats?.total_inactive_file ?? stats?.inactive_file ?? 0;
  return { memoryMb: megabytes(usage - cache), swapMb: megabytes(stats?.total_swap ?? stats?.swap ?? 0) };
}

const megabytes = (bytes: number) => Math.round(bytes / 1024 / 1024);
