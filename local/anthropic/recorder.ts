/** What was asked, for tests to look at: never a prompt's text, never a credential's value. */
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
  /** The gate before which the answer waits, as long as it waits. */
  waitsFor?: string;
  /** Null while it is being answered, and for good when the client went away before the end. */
  status: number | null;
  /** Why the stand-in could not answer it. A test of anything else has none of these. */
  problem?: string;
}

/** Keeps every request to the API, in the order in which they came. */
export class Recorder {
  #requests: RecordedRequest[] = [];

  /** Adds an entry, which its caller goes on filling. */
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
