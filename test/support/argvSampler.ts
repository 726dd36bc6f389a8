import { readdir, readFile } from "node:fs/promises";

/** Reads the command lines of all processes again and again, as anybody on the machine can. */
export class ArgvSampler {
  private readonly seen = new Set<string>();
  private running = true;
  private readonly done: Promise<void>;

  constructor() {
    this.done = this.sample();
  }

  /** Stops looking and returns every command line that was seen. */
  async stop(): Promise<string[]> {
    this.running = false;
    await this.done;
    return [...this.seen];
  }

  private async sample() {
    while (this.running) {
      const ids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
      await Promise.all(ids.map((id) => this.look(id)));
    }
  }

  private async look(id: string) {
    const line = await readFile(`/proc/${id}/cmdline`, "utf8").catch(() => "");
    if (line) this.seen.add(line.replaceAll("\0", " ").trim());
  }
}
