/**
 * A refusal in the API's own form: `{"type": "error", "error": {"type", "message"}, "request_id"}` with an HTTP status.
 * Source: docs.anthropic.com/en/api/errors.
 */
export class ApiError extends Error {
  readonly status: number;
  /** The API's word for the kind of error, e.g. `authentication_error`. */
  readonly type: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, type: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.type = type;
    this.headers = headers;
  }
}

/** A refusal of the API's that says which credential was wrong, and nothing of its value. */
export const unauthenticated = (message: string) => new ApiError(401, "authentication_error", message);

export const invalidRequest = (message: string) => new ApiError(400, "invalid_request_error", message);

/** What the stand-in cannot do: a mistake of the test's or a gap of the stand-in's, never something to pass over. */
export const notScripted = (message: string) => new ApiError(501, "not_scripted", message);
