import Docker from "dockerode";

interface Sample {
  memory_stats: { usage?: number; stats?: Record<string, number> };
}

/** Prints how long each phase of a test took and how much memory the machine had in use at most. */
export class Phases {
  readonly #container: () => Promise<string>;

  /** @param container asked for the id of the machine's container, which may be another after each phase */
  constructor(container: () => Promise<string>) {
    this.#container = container;
  }

  async run<T>(name: string, work: () => Promise<T>): Promise<T> {
    const start = Date.now();
    const sampler = await sampleMemory(await this.#container());
    try {
      return await work();
    } finally {
      const { memory, swap } = sampler.stop();
      const seconds = ((Date.now() - start) / 1000).toFixed(1);
      console.log(`${name}: ${seconds} s, at most ${memory} MB of memory and ${swap} MB of swap`);
    }
  }
}

/** Watches a container's memory, once a second as Docker reports it, until it is stopped. */
async function sampleMemory(id: string) {
  const stream = (await new Docker().getContainer(id).stats({ stream: true })) as NodeJS.ReadableStream & {
    destroy(): void;
  };
  let [memory, swap] = [0, 0];
  let rest = "";
  stream.on("data", (chunk: Buffer) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const { usage = 0, stats = {} } = (JSON.parse(line) as Sample).memory_stats;
      // What can be given back at once does not count; its name depends on the kernel's cgroup version.
      const cache = stats.total_inactive_file ?? stats.inactive_file ?? 0;
      memory = Math.max(memory, megabytes(usage - cache));
      swap = Math.max(swap, megabytes(stats.total_swap ?? stats.swap ?? 0));
    }
  });
  // A machine that restarts ends the stream.
  stream.on("error", () => undefined);
  return {
    stop() {
      stream.destroy();
      return { memory, swap };
    },
  };
}

const megabytes = (bytes: number) => Math.round(bytes / 1024 / 1024);
