import { FlyError, messageOf } from "../errors.ts";
import type { Streams } from "./streams.ts";

/** Prints an error like flyctl, with hints that can help. */
export function printError(error: unknown, streams: Streams): void {
  const message = messageOf(error);
  const { description, suggestion, docUrl, requestId, traceId } =
    error instanceof FlyError ? error.details : {};
  const shownDescription = description === message ? undefined : description;
  const request = requestId ? ` (Request ID: ${requestId})` : "";
  streams.error(`Error: ${message}${request}${traceId ? ` (Trace ID: ${traceId})` : ""}\n`);
  if (shownDescription) streams.error(`${shownDescription}\n\n`);
  if (suggestion) streams.error(`${suggestion}\n\n`);
  if (docUrl) streams.error(`View more information at  ${docUrl}\n\n`);
}
