import { connect, createServer } from "node:net";

/** Another address of the Docker daemon: a unix socket that hands on to the one that these tests use. Returns what ends it. */
export async function dockerSocket(path: string): Promise<() => void> {
  const real = (process.env.DOCKER_HOST || "unix:///var/run/docker.sock").replace(/^unix:\/\//, "");
  const server = createServer({ allowHalfOpen: true }, (from) => {
    const to = connect({ path: real, allowHalfOpen: true });
    for (const end of [from, to])
      end.on("error", () => {
        from.destroy();
        to.destroy();
      });
    from.pipe(to).pipe(from);
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(path, resolve));
  return () => server.close();
}
