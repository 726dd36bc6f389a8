/** What the stand-in knows and keeps. */
import type { Known } from "./credentials.ts";
import type { Gates } from "./gates.ts";
import type { Recorder } from "./recorder.ts";
import type { Refusal } from "./refusals.ts";
import type { Script } from "./script.ts";

export interface World {
  scripts: readonly Script[];
  credentials: Known;
  gates: Gates;
  recorder: Recorder;
  /** The refusal that every right credential gets; undefined for an answer. */
  refusal: Refusal | undefined;
}
