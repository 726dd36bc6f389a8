import { EventEmitter, once } from "node:events";
import { z } from "zod";

/*
 * What Fly.io does now and then, and never to order: as long as a condition is set, the platform is like that. They are gone with the
 * emulator's process.
 */

export const conditionsInput = z
  .strictObject({
    /** Pulling an image does not end: a new machine stays `created`, one that is updated `replacing`. */
    pullsHang: z.boolean(),
    /** The checks of machines that start have no result. */
    checksHang: z.boolean(),
    /** The name of an app that is destroyed stays taken. */
    namesStay: z.boolean(),
    /** The file system on a volume that is extended grows at its machine's next start only. */
    extendNeedsRestart: z.boolean(),
  })
  .partial();

type ConditionName = keyof z.infer<typeof conditionsInput>;

export class Conditions {
  readonly #set = new Set<ConditionName>();
  readonly #changes = new EventEmitter().setMaxListeners(0);
  readonly #names = new Set<string>();

  change(input: z.infer<typeof conditionsInput>): void {
    for (const [name, isSet] of Object.entries(input) as [ConditionName, boolean][]) {
      if (isSet) this.#set.add(name);
      else this.#set.delete(name);
    }
    if (!this.has("namesStay")) this.#names.clear();
    this.#changes.emit("change");
  }

  has(name: ConditionName): boolean {
    return this.#set.has(name);
  }

  /** Resolves when the condition is over; rejects when `signal` says to give up. */
  async over(name: ConditionName, signal: AbortSignal): Promise<void> {
    while (this.has(name)) await once(this.#changes, "change", { signal });
  }

  /** An app with this name is gone. */
  nameFreed(name: string): void {
    if (this.has("namesStay")) this.#names.add(name);
  }

  isNameTaken(name: string): boolean {
    return this.#names.has(name);
  }
}
