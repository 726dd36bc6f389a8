import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import getPort, { portNumbers } from "get-port";
import { z } from "zod";

const shape = z.object({
  /** The registry; its address is part of every image's name. */
  registry: z.number(),
  /** Fly's three APIs. */
  fly: z.number(),
  /** Fly's proxy. */
  proxy: z.number(),
  /** Tailscale's API. */
  tailnet: z.number(),
  /** Tailscale's control server and the certificate authority. */
  control: z.number(),
  derp: z.number(),
  /** UDP. */
  stun: z.number(),
  /** The laptop's HTTP proxy into the tailnet. */
  laptop: z.number(),
});

export type Ports = z.infer<typeof shape>;

/** The ports of a platform: chosen when it starts for the first time and kept in its folder, since stacks remember addresses. */
export async function platformPorts(folder: string): Promise<Ports> {
  const file = join(folder, "ports.json");
  const kept = await readFile(file, "utf8").catch(() => undefined);
  if (kept) return shape.parse(JSON.parse(kept));
  const ports: Ports = {
    registry: await free(4280),
    fly: await free(4300),
    proxy: await free(4320),
    tailnet: await free(4340),
    control: await free(4360),
    derp: await free(4380),
    stun: await freeUdp(4400),
    laptop: await free(4420),
  };
  await mkdir(folder, { recursive: true });
  await writeFile(file, JSON.stringify(ports));
  return ports;
}

/** The first free port from a number on. */
const free = (from: number) => getPort({ port: portNumbers(from, from + 19) });

/** The same for UDP, of which get-port knows nothing: two platforms on one host would take the same one. */
async function freeUdp(from: number): Promise<number> {
  for (let port = from; port < from + 20; port++) {
    const socket = createSocket("udp4");
    try {
      socket.bind(port);
      await once(socket, "listening");
      return port;
    } catch {
      // Somebody else's: the next one.
    } finally {
      socket.close();
    }
  }
  throw new Error(`No UDP port from ${from} to ${from + 19} is free on this machine`);
}
