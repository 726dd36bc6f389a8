import { setTimeout as delay } from "node:timers/promises";
import type { Evidence } from "./evidence.ts";

/** Looks at the files of a folder repeatedly, so that it also sees files that exist only for a moment. */
export class FolderSampler {
  readonly #evidence: Evidence;
  readonly #done: Promise<void>;
  #running = true;

  constructor(evidence: Evidence, place: string, folder: string) {
    this.#evidence = evidence;
    this.#done = this.#sample(place, folder);
  }

  async stop(): Promise<void> {
    this.#running = false;
    await this.#done;
  }

  async #sample(place: string, folder: string) {
    while (this.#running) {
      await this.#evidence.addFolder(place, folder);
      // The process under test needs its turn as well.
      await delay(5);
    }
  }
}
