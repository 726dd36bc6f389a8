import http, {
  type IncomingMessage,
  type RequestOptions,
  type ServerResponse,
  STATUS_CODES,
} from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { ApiError, notEmulated } from "./apiError.ts";
import type { ApiContext } from "./machinesApi/context.ts";
import { findBackend } from "./proxyBackend.ts";
import { forwardedHeaders, httpsRedirect, type RequestedHost, readHost } from "./proxyRules.ts";

interface Proxy {
  /** Port 0 chooses a free one. Resolves to the proxy's origin. */
  listen: (port: number) => Promise<string>;
  close: () => Promise<void>;
}

/** Finds the app that a request is for and the network that it comes from. @throws ApiError if the request does not tell. */
export type Whither = (request: IncomingMessage) => { host: RequestedHost; networkId?: string };

/**
 * A small Fly Proxy. It forwards HTTP and WebSockets to the machines of the app in the Host header, `APP.flycast` or
 * `APP.fly.dev`. The port of that header, 80 by default, selects the port of the service. If that one has the handler
 * `tls`, the request counts as having come through TLS, because there are no certificates here.
 *
 * It listens on this host's loopback. Machines reach it through Flycast addresses: flycast.ts.
 */
export function buildProxy(context: ApiContext): Proxy {
  const { server, close } = proxyServer(context, ({ headers }) => {
    const host = readHost(headers.host);
    if (!host) throw new ApiError(404, "the Host header names neither APP.flycast nor APP.fly.dev");
    return { host };
  });
  return {
    listen: async (port) => {
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(port, "127.0.0.1", resolve);
      });
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    close,
  };
}

export interface ProxyServer {
  server: http.Server;
  close: () => Promise<void>;
}

export function proxyServer(context: ApiContext, whither: Whither): ProxyServer {
  const sockets = new Set<Socket>();
  const server = http.createServer((request, response) => {
    forward(context, whither, request, response).catch((error: Error) => refuse(response, error));
  });
  server.on("upgrade", (request, socket, head) => {
    upgrade(context, whither, request, socket, head).catch((error: Error) => hangUp(socket, error));
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  const close = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return { server, close };
}

async function forward(
  context: ApiContext,
  whither: Whither,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const target = await route(context, whither, request);
  if ("location" in target) {
    response.writeHead(301, { location: target.location }).end();
    return;
  }
  const backend = http.request(target.options);
  backend.once("response", (answer) => {
    if (answer.headers["fly-replay"] !== undefined) {
      backend.destroy();
      return refuse(response, notEmulated("an answer with fly-replay"));
    }
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  backend.once("error", (error) => refuse(response, error));
  response.once("close", () => backend.destroy());
  request.pipe(backend);
}

async function upgrade(
  context: ApiContext,
  whither: Whither,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  // A client that disconnects must not crash the emulator.
  socket.on("error", () => socket.destroy());
  const target = await route(context, whither, request);
  if ("location" in target) throw new ApiError(301, target.location);
  const backend = http.request(target.options);
  backend.once("upgrade", (answer, backendSocket, backendHead) => {
    socket.write(rawHead(answer));
    socket.write(backendHead);
    backendSocket.write(head);
    backendSocket.pipe(socket).pipe(backendSocket);
    backendSocket.on("error", () => socket.destroy());
    socket.once("close", () => backendSocket.destroy());
  });
  backend.once("response", (answer) => {
    socket.write(rawHead(answer));
    answer.pipe(socket);
  });
  backend.once("error", (error) => hangUp(socket, error));
  backend.end();
}

/** @throws ApiError as findBackend does. */
async function route(
  context: ApiContext,
  whither: Whither,
  request: IncomingMessage,
): Promise<{ options: RequestOptions } | { location: string }> {
  const { host, networkId } = whither(request);
  const { listener, address } = await findBackend(context, host, networkId);
  const location = httpsRedirect(listener, host, request.url ?? "/");
  if (location) return { location };
  const client = request.socket.remoteAddress ?? "";
  return {
    options: {
      host: address,
      port: listener.service.internal_port,
      method: request.method ?? "GET",
      path: request.url ?? "/",
      headers: forwardedHeaders(request.headers, listener, host, client),
      agent: false,
    },
  };
}

function statusOf(error: Error): number {
  return error instanceof ApiError ? error.httpStatus : 502;
}

function refuse(response: ServerResponse, error: Error): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(statusOf(error), { "content-type": "text/plain" }).end(`${error.message}\n`);
}

function hangUp(socket: Duplex, error: Error): void {
  const status = statusOf(error);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\n\r\n${error.message}\n`);
}

/** The unchanged head of an answer, because a WebSocket client checks it. */
function rawHead(answer: IncomingMessage): string {
  const lines = [`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}`];
  for (let index = 0; index + 1 < answer.rawHeaders.length; index += 2) {
    lines.push(`${answer.rawHeaders[index]}: ${answer.rawHeaders[index + 1]}`);
  }
  return `${lines.join("\r\n")}\r\n\r\n`;
}
