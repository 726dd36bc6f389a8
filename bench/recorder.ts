/** Collects what is measured, run by run, and tells it as it comes. */
import type { Figure, Side } from "./figures.ts";

export class Recorder {
  readonly figures: Figure[] = [];

  add(name: string, unit: Figure["unit"], side: Side, value: number): void {
    if (!this.figures.some((figure) => figure.name === name))
      this.figures.push({ name, unit, runs: { seed: [], ours: [] } });
    this.figures.find((figure) => figure.name === name)?.runs[side].push(value);
    console.log(`${side}: ${name} ${value.toFixed(2)} ${unit}`);
  }

  /** Measures how long something takes, in seconds. */
  async timed(name: string, side: Side, work: () => Promise<unknown>): Promise<void> {
    const started = performance.now();
    await work();
    this.add(name, "s", side, (performance.now() - started) / 1000);
  }
}
