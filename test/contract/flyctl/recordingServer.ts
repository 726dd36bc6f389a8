import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { graphqlShape } from "./graphqlShape.ts";
import type { RecordedRequest } from "./recordings.ts";

export interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

/** An answer to an API request. `drop` resets the connection instead; `never` leaves flyctl waiting. */
export type Reaction = Answer | "drop" | "never";
export type Answerer = (request: RecordedRequest) => Reaction | Promise<Reaction>;

/**
 * Everything that flyctl can reach in a test: the three APIs on one origin, and an HTTPS proxy that refuses every tunnel.
 * All of it is on loopback. `requests` holds the requests in order of arrival.
 */
export class RecordingServer {
  readonly requests: RecordedRequest[] = [];
  readonly #servers: Server[] = [];
  readonly #answerer: Answerer;
  #environment: Record<string, string> = {};

  constructor(answerer: Answerer) {
    this.#answerer = answerer;
  }

  /** The variables that point flyctl here. */
  get environment(): Record<string, string> {
    return this.#environment;
  }

  async start(): Promise<void> {
    const api = await this.#listen(this.#apiServer(), 0, "127.0.0.1");
    const proxy = await this.#listen(this.#proxyServer(), 0, "127.0.0.1");
    const origin = `http://127.0.0.1:${api}`;
    this.#environment = {
      FLY_API_BASE_URL: origin,
      FLY_FLAPS_BASE_URL: origin,
      FLY_UIEX_BASE_URL: origin,
      // Nobody listens there, because the tests do not need the traces of a deploy.
      FLY_TRACE_COLLECTOR_URL: "127.0.0.1",
      HTTP_PROXY: `http://127.0.0.1:${proxy}`,
      HTTPS_PROXY: `http://127.0.0.1:${proxy}`,
    };
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.#servers.map((server) => {
        server.closeAllConnections();
        return new Promise((resolve) => server.close(resolve));
      }),
    );
  }

  #listen(server: Server, port: number, host: string): Promise<number> {
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, host, () => {
        this.#servers.push(server);
        resolve((server.address() as AddressInfo).port);
      });
    });
  }

  #apiServer(): Server {
    return createServer(async (incoming, response) => {
      const request = await readApiRequest(incoming).catch(ignoreGone);
      if (!request) return;
      this.requests.push(request);
      const answer = await this.#answerer(request);
      if (answer === "drop") incoming.socket.resetAndDestroy();
      if (typeof answer === "string") return;
      const text = typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body);
      response.writeHead(answer.status, { "content-type": "application/json", ...answer.headers });
      response.end(text);
    });
  }

  #proxyServer(): Server {
    const server = createServer((incoming, response) => {
      this.requests.push({ via: "proxy", method: incoming.method ?? "", url: incoming.url ?? "" });
      response.writeHead(502).end();
    });
    server.on("connect", (incoming: IncomingMessage, socket: Socket) => {
      this.requests.push({ via: "proxy", method: "CONNECT", url: incoming.url ?? "" });
      socket.on("error", () => undefined); // flyctl may be gone by now.
      socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
    });
    return server;
  }
}

async function readApiRequest(incoming: IncomingMessage): Promise<RecordedRequest> {
  const request: RecordedRequest = { via: "api", method: incoming.method ?? "", url: incoming.url ?? "" };
  const text = (await readBody(incoming)).toString();
  if (incoming.url === "/graphql") {
    const { query, variables } = JSON.parse(text) as { query: string; variables?: Record<string, unknown> };
    request.graphql = graphqlShape(query);
    request.variables = variables ?? null;
  } else {
    request.body = text === "" ? null : JSON.parse(text);
  }
  const nonce = incoming.headers["fly-machine-lease-nonce"];
  if (typeof nonce === "string") request.leaseNonce = nonce;
  const { authorization } = incoming.headers;
  if (authorization !== undefined) request.authorization = authorization;
  return request;
}

/** flyctl can exit in the middle of a request. */
function ignoreGone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ECONNRESET") throw error;
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
