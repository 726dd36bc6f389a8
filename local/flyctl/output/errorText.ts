import type { Environment } from "../config/environment.ts";
import { FlyError, messageOf } from "../errors.ts";
import type { Streams } from "./streams.ts";

/** Prints an error as flyctl does, with what may help. */
export function printError(error: unknown, streams: Streams, environment: Environment): void {
  const message = messageOf(error);
  const { description, suggestion, docUrl, requestId, traceId } =
    error instanceof FlyError ? error.details : {};
  const shownDescription = description === message ? undefined : description;
  const request = requestId ? ` (Request ID: ${requestId})` : "";
  if (environment.isTruthy("GITHUB_ACTIONS") && environment.isTruthy("FLY_GHA_ERROR_ANNOTATION")) {
    const annotation = [message + request, ...(shownDescription ? [shownDescription] : [])].join("\n");
    streams.out(`::error title=flyctl error::${annotation.replaceAll("\n", "⏎")}\n`);
  }
  streams.error(`Error: ${message}${request}${traceId ? ` (Trace ID: ${traceId})` : ""}\n`);
  if (shownDescription) streams.error(`${shownDescription}\n\n`);
  if (suggestion) streams.error(`${suggestion}\n\n`);
  if (docUrl) streams.error(`View more information at  ${docUrl}\n\n`);
}
