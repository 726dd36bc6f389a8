import { connect, createServer } from "node:net";

/** Another address of the Docker daemon. */
export interface DockerSocket {
  /** As DOCKER_HOST takes it. */
  host: string;
  /** How many connections it has had. */
  connections: number;
  close(): void;
}

/** Opens a unix socket that forwards to the Docker daemon of these tests. */
export async function dockerSocket(path: string): Promise<DockerSocket> {
  const real = (process.env.DOCKER_HOST || "unix:///var/run/docker.sock").replace(/^unix:\/\//, "");
  const server = createServer({ allowHalfOpen: true }, (from) => {
    socket.connections += 1;
    const to = connect({ path: real, allowHalfOpen: true });
    for (const end of [from, to])
      end.on("error", () => {
        from.destroy();
        to.destroy();
      });
    from.pipe(to).pipe(from);
  });
  const socket = { host: `unix://${path}`, connections: 0, close: () => server.close() };
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(path, resolve));
  return socket;
}
