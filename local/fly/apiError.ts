/**
 * A refusal, as the REST APIs answer it: `{"error": message}` with an HTTP status, and the platform's own word for some
 * of them, such as `"status": "name_taken"`. GraphQL answers the message alone, with status 200.
 */
export class ApiError extends Error {
  readonly httpStatus: number;
  readonly word: string | undefined;

  constructor(httpStatus: number, message: string, word?: string) {
    super(message);
    this.name = "ApiError";
    this.httpStatus = httpStatus;
    this.word = word;
  }
}

/**
 * What a token has no right to, in Fly's own word: `Error: unauthorized (Request ID: …)` is what flyctl makes of it. Source: public reports,
 * e.g. of `flyctl apps create` with a deploy token. The status is not known from them.
 */
export const unauthorized = () => new ApiError(403, "unauthorized");

/** What the emulator does not do is refused by name, never ignored. */
export function notEmulated(what: string): ApiError {
  return new ApiError(501, `not emulated: ${what}`);
}
