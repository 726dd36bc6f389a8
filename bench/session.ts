/** How a part is measured: what it opens, what one run of a side is, and what it closes. */
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
  /** How long a machine is left alone to see what idling takes. */
  idleSeconds: number;
  /**
   * What idling takes of a core, in per cent, as measured.
   *
   * @throws Error where it has not been measured
   */
  idlePercent: (side: Side) => number;
}
