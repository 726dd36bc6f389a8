/** Passes requests on to another server, and reports each request with its answer. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { graphqlShape } from "../../contract/flyctl/graphqlShape.ts";
import type { RecordedRequest } from "../../contract/flyctl/recordings.ts";

export interface Relay {
  /** On loopback. */
  url: string;
  stop(): Promise<void>;
}

/** Headers that belong to one connection, or to the packing of a body, which fetch unpacks. */
const ofTheConnection = new Set([
  "host",
  "connection",
  "keep-alive",
  "transfer-encoding",
  "content-length",
  "content-encoding",
  "accept-encoding",
]);

/** @param origin the server that requests go to, e.g. `https://api.fly.io` */
export async function startRelay(origin: string, record: (request: RecordedRequest) => void): Promise<Relay> {
  const server = createServer(async (incoming, outgoing) => {
    try {
      const body = await buffer(incoming);
      const answer = await fetch(new URL(incoming.url ?? "/", origin), {
        method: incoming.method ?? "GET",
        headers: passedOn(Object.entries(incoming.headers)),
        redirect: "manual",
        ...(body.length > 0 ? { body } : {}),
      });
      const text = await answer.text();
      record({ ...asked(incoming, body.toString()), status: answer.status, response: jsonOr(text) });
      outgoing.writeHead(answer.status, Object.fromEntries(passedOn([...answer.headers])));
      outgoing.end(text);
    } catch {
      // To flyctl this looks like a server that cannot be reached.
      incoming.socket.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const passedOn = (headers: [string, string | string[] | undefined][]): [string, string][] =>
  headers.flatMap(([name, value]) =>
    value === undefined || ofTheConnection.has(name) ? [] : [[name, String(value)]],
  );

/** The request in the form of the recordings. Of a GraphQL query only its selection is kept. */
function asked({ method = "", url = "", headers }: IncomingMessage, text: string): RecordedRequest {
  const nonce = headers["fly-machine-lease-nonce"];
  const about = { via: "api", method, url, ...(typeof nonce === "string" ? { leaseNonce: nonce } : {}) };
  if (url !== "/graphql") return { ...about, body: text === "" ? null : jsonOr(text) };
  const { query, variables } = JSON.parse(text) as { query: string; variables?: Record<string, unknown> };
  return { ...about, graphql: graphqlShape(query), variables: variables ?? null };
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
