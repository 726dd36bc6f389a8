/**
 * A refusal in the form of the REST APIs: `{"error": message}` with an HTTP status. Some refusals also have a code of the platform,
 * such as `"status": "name_taken"`. GraphQL answers only the message, with status 200.
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
 * Fly's answer when a token lacks a right. flyctl prints it as `Error: unauthorized (Request ID: …)`. Source: public reports,
 * e.g. of `flyctl apps create` with a deploy token. They do not tell the status.
 */
export const unauthorized = () => new ApiError(403, "unauthorized");

/** Refuses by name what the emulator does not do; nothing is silently ignored. */
export function notEmulated(what: string): ApiError {
  return new ApiError(501, `not emulated: ${what}`);
}
