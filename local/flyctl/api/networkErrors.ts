/** A failed request in the words of Go's HTTP client. */
export function networkErrorText(method: string, url: string, error: unknown): string {
  const verb = method[0] + method.slice(1).toLowerCase();
  return `${verb} ${JSON.stringify(url)}: ${cause(new URL(url), error as NodeJS.ErrnoException)}`;
}

function cause({ hostname, port, protocol }: URL, error: NodeJS.ErrnoException): string {
  const address = `${hostname}:${port || (protocol === "https:" ? 443 : 80)}`;
  switch (error.code) {
    case "ECONNREFUSED":
      return `dial tcp ${address}: connect: connection refused`;
    case "EHOSTUNREACH":
      return `dial tcp ${address}: connect: no route to host`;
    case "ENETUNREACH":
      return `dial tcp ${address}: connect: network is unreachable`;
    case "ENOTFOUND":
      return `dial tcp: lookup ${hostname}: no such host`;
    case "EAI_AGAIN":
      return `dial tcp: lookup ${hostname}: Temporary failure in name resolution`;
    case "ECONNRESET":
      return "read: connection reset by peer";
    case "UND_ERR_SOCKET":
      return "EOF";
    default:
      return error.name === "TimeoutError" ? "context deadline exceeded" : error.message;
  }
}
