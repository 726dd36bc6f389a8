import { RequestError, Server } from "proxy-chain";

const isLoopback = (host: string) => host === "localhost" || /^127\./.test(host);

/** A proxy that records every host that a run asks for. It passes on requests to this machine and refuses all others. */
export class RecordingProxy {
  readonly #server: Server;
  /** `HOST:PORT` of every host that was asked for. */
  readonly asked = new Set<string>();

  private constructor() {
    this.#server = new Server({
      host: "127.0.0.1",
      port: 0,
      prepareRequestFunction: ({ hostname, port }) => {
        this.asked.add(`${hostname}:${port}`);
        if (!isLoopback(hostname)) throw new RequestError(`${hostname} is outside`, 403);
        return {};
      },
    });
  }

  static async start(): Promise<RecordingProxy> {
    const proxy = new RecordingProxy();
    await proxy.#server.listen();
    return proxy;
  }

  /** Sends every program to the proxy. Go's programs bypass it for this machine's own addresses, and so does gRPC with this environment. */
  get environment(): Record<string, string> {
    const url = `http://127.0.0.1:${this.#server.port}`;
    const proxies = { HTTP_PROXY: url, HTTPS_PROXY: url, http_proxy: url, https_proxy: url };
    return { ...proxies, NO_PROXY: "", no_proxy: "", no_grpc_proxy: "127.0.0.1", NODE_USE_ENV_PROXY: "1" };
  }

  stop(): Promise<void> {
    return this.#server.close(true);
  }
}
