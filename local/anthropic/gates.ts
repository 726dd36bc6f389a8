/** Places in scripts where the model thinks until a test lets it continue, e.g. to change something in the middle of a run. */
export class Gates {
  readonly #open = new Set<string>();
  readonly #waiting = new Map<string, Set<() => void>>();

  /** Lets every present and later request pass. */
  open(name: string): void {
    this.#open.add(name);
    for (const pass of this.#waiting.get(name) ?? []) pass();
    this.#waiting.delete(name);
  }

  close(name: string): void {
    this.#open.delete(name);
  }

  /** Resolves when the gate is open, or when the signal says that the client is gone. */
  async passed(name: string, signal: AbortSignal): Promise<void> {
    if (this.#open.has(name) || signal.aborted) return;
    const waiting = this.#waiting.get(name) ?? new Set();
    this.#waiting.set(name, waiting);
    await new Promise<void>((resolve) => {
      waiting.add(resolve);
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
  }
}
