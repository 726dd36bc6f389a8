import { EventEmitter, once } from "node:events";
import { z } from "zod";

/*
 * Behaviour that Fly.io shows now and then, and never on request. The emulator shows it for as long as the condition is set. Conditions do
 * not survive the emulator's process.
 */

export const conditionsInput = z
  .strictObject({
    /** Pulling an image never ends: a new machine stays `created`, an updated one stays `replacing`. */
    pullsHang: z.boolean(),
    /** The checks of starting machines have no result. */
    checksHang: z.boolean(),
    /** The name of a destroyed app stays taken. */
    namesStay: z.boolean(),
    /** The file system of an extended volume grows only at the next start of its machine. */
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

  /** Resolves when the condition is over; rejects when `signal` aborts. */
  async over(name: ConditionName, signal: AbortSignal): Promise<void> {
    while (this.has(name)) await once(this.#changes, "change", { signal });
  }

  /** Tells that an app with this name has been removed. */
  nameFreed(name: string): void {
    if (this.has("namesStay")) this.#names.add(name);
  }

  isNameTaken(name: string): boolean {
    return this.#names.has(name);
  }
}
