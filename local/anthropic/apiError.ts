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

/** A refusal in the API's words. It says which credential is wrong and nothing of its value. */
export const unauthenticated = (message: string) => new ApiError(401, "authentication_error", message);

export const invalidRequest = (message: string) => new ApiError(400, "invalid_request_error", message);

/** The stand-in has no answer: the test is wrong, or the stand-in has a gap. Never ignored. */
export const notScripted = (message: string) => new ApiError(501, "not_scripted", message);
