import { all, type Database, insert, one, run } from "./store/database.ts";

export interface RecordedRequest {
  /** When it arrived. */
  time: string;
  requestId: string;
  method: string;
  /** With its query. */
  path: string;
  /** Of a GraphQL request: `query app{ipAddresses}`, `mutation CreateLimitedAccessToken`. */
  operation?: string | undefined;
  userAgent: string;
  /** Null when the client got no answer: it went away, or a fault hung up on it. */
  status: number | null;
  /** The body (of GraphQL: the variables), with the values of secrets redacted. */
  body?: unknown;
}

/** A request that is being answered. */
interface OpenEntry {
  number: number;
  time: string;
}

/** Keeps every API request, in the order in which they came. Survives a restart of the emulator. */
export class Recorder {
  readonly #database: Database;
  #lastNumber: number;

  constructor(database: Database) {
    this.#database = database;
    this.#lastNumber =
      one<{ last: number | null }>(database, "SELECT max(number) AS last FROM requests")?.last ?? 0;
  }

  begin(): OpenEntry {
    this.#lastNumber++;
    return { number: this.#lastNumber, time: new Date().toISOString() };
  }

  finish({ number, time }: OpenEntry, rest: Omit<RecordedRequest, "time">): void {
    // Connections that end with the emulator have nowhere to be recorded any more.
    if (!this.#database.isOpen) return;
    insert(this.#database, "requests", { number, entry: JSON.stringify({ time, ...rest }) });
  }

  list(): RecordedRequest[] {
    const rows = all<{ entry: string }>(this.#database, "SELECT entry FROM requests ORDER BY number");
    return rows.map(({ entry }) => JSON.parse(entry));
  }

  clear(): void {
    run(this.#database, "DELETE FROM requests");
  }
}
