/** How a part is measured: what it opens, what one run of a side does, and what it closes. */
import type { Toolchain } from "../local/toolchain/setup.ts";
import type { Side } from "./figures.ts";
import type { BuildArgs } from "./images.ts";
import type { Add } from "./results.ts";

export interface Session {
  /**
   * One run of a side.
   *
   * @param pair number of the pair, from 0
   */
  measure(side: Side, pair: number, add: Add): Promise<void>;
  close(): Promise<void>;
}

export interface Context {
  toolchain: Toolchain;
  /** Build arguments of both images. */
  args: BuildArgs;
  /** Seconds that a machine is left alone to measure idling. */
  idleSeconds: number;
  /**
   * The measured CPU of an idle machine, in per cent of a core.
   *
   * @throws Error if it has not been measured
   */
  idlePercent: (side: Side) => number;
}
