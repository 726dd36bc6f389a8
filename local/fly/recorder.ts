import { all, type Database, insert, one, run } from "./store/database.ts";

export interface RecordedRequest {
  /** When the request arrived. */
  time: string;
  requestId: string;
  method: string;
  /** Path with the query. */
  path: string;
  /** Only for GraphQL: `query app{ipAddresses}`, `mutation CreateLimitedAccessToken`. */
  operation?: string | undefined;
  userAgent: string;
  /** Null if the client got no answer, because it disconnected or a fault hung up on it. */
  status: number | null;
  /** The body (for GraphQL, the variables), with the values of secrets redacted. */
  body?: unknown;
}

/** A request that is being answered. */
interface OpenEntry {
  number: number;
  time: string;
}

/** Keeps all API requests in the order of their arrival. The record survives a restart of the emulator. */
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
    // The emulator has stopped; there is no place to record a connection that ends now.
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
