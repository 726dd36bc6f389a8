/** What flyctl prints with an error in addition to its text. */
interface ErrorDetails {
  description?: string;
  suggestion?: string;
  docUrl?: string;
  /** HTTP status of the Machines API's answer. */
  status?: number;
  /** `fly-request-id` of that answer. */
  requestId?: string;
  /** Trace of a deploy that failed because of that answer. */
  traceId?: string;
}

/** An error with flyctl's wording, shown as `Error: …` with exit code 1. */
export class FlyError extends Error {
  readonly details: ErrorDetails;

  constructor(message: string, details: ErrorDetails = {}) {
    super(message);
    this.details = details;
  }
}

/** The same error with more text before it (Go's `%w`). */
export function prefixed(prefix: string, error: unknown): FlyError {
  return reworded(error, `${prefix}${messageOf(error)}`);
}

/** The same error with another text. */
function reworded(error: unknown, message: string): FlyError {
  if (error instanceof Interrupted) throw error;
  return new FlyError(message, error instanceof FlyError ? error.details : {});
}

/** SIGINT or SIGTERM: exit code 127, and nothing is printed. */
export class Interrupted extends Error {
  constructor() {
    super("context canceled");
  }
}

/** Part of the real flyctl that this stand-in does not have. */
export class NotEmulated extends FlyError {
  constructor(what: string) {
    super(`${what} is not emulated by this stand-in for flyctl: use the official flyctl`);
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The error for a prompt. The stand-in cannot show one, because it never runs interactively. */
export function promptRefused(what: string): FlyError {
  return new FlyError(`${what} must be specified when not running interactively`);
}

export const yesRequired = (): FlyError => promptRefused("yes flag");

/** A bug of flyctl that the stand-in imitates: Go's panic, exit code 2. */
export class Panic extends Error {}

const systemErrors: Record<string, [operation: string, text: string]> = {
  EACCES: ["open", "permission denied"],
  EISDIR: ["read", "is a directory"],
  ENOENT: ["open", "no such file or directory"],
  ENOTDIR: ["open", "not a directory"],
};

/** An error of reading a file, in Go's words. */
export function fileErrorText(error: unknown, path: string): string {
  const known = systemErrors[(error as NodeJS.ErrnoException).code ?? ""];
  return known ? `${known[0]} ${path}: ${known[1]}` : messageOf(error);
}
