/** The requests, for tests to look at. A record holds no prompt and no credential's value. */
import type { Presented } from "./credentials.ts";

export interface RecordedRequest {
  /** When it arrived. */
  time: string;
  requestId: string;
  method: string;
  /** Without its query. */
  path: string;
  userAgent: string;
  /** Null: the request had none. */
  credential: Presented | null;
  model?: string;
  /** Number of messages of the conversation so far. */
  messages?: number;
  /** Claude Code's own name for its session; a resumed one keeps it. */
  session?: string;
  script?: string;
  /** Counted from 1, as people do. */
  turn?: number;
  /** The gate at which the answer waits, while it waits. */
  waitsFor?: string;
  /** Null while the answer is under way; stays null when the client goes away before the end. */
  status: number | null;
  /** Why the stand-in could not answer. Only tests of the stand-in itself expect this. */
  problem?: string;
}

/** Keeps every request to the API, in the order in which they came. */
export class Recorder {
  #requests: RecordedRequest[] = [];

  /** Adds an entry, which its caller fills further. */
  add(entry: RecordedRequest): void {
    this.#requests.push(entry);
  }

  list(): readonly RecordedRequest[] {
    return this.#requests;
  }

  clear(): void {
    this.#requests = [];
  }
}
