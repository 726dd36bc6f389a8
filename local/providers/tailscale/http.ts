// Failures of HTTP calls in the words of Go's net/http, as the real plugin shows them.
import { quote } from "../quote.ts";

export class GoError extends Error {}

interface SocketError extends Error {
  code?: string;
  address?: string;
  port?: number;
  hostname?: string;
}

const reasons: Record<string, string> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset by peer",
  EHOSTUNREACH: "no route to host",
  ENETUNREACH: "network is unreachable",
};

function reasonOf(error: SocketError): string {
  const { code = "", address, port, hostname } = error;
  if (code === "ENOTFOUND") return `dial tcp: lookup ${hostname}: no such host`;
  if (code === "ECONNREFUSED") return `dial tcp ${address}:${port}: connect: connection refused`;
  if (error.name === "TimeoutError")
    return "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";
  return reasons[code] ?? error.message;
}

const titleCase = (method: string) => `${method[0]}${method.slice(1).toLowerCase()}`;

/** Never carries headers or bodies: they hold credentials. */
export function connectionError(method: string, url: URL, failure: unknown): GoError {
  const error = failure as SocketError;
  const cause =
    error instanceof GoError ? error.message : reasonOf((error.cause as SocketError | undefined) ?? error);
  return new GoError(`${titleCase(method)} ${quote(url.href)}: ${cause}`);
}
