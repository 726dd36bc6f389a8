import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import getPort from "get-port";
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
  /** The laptop's HTTP proxy into the tailnet. */
  laptop: z.number(),
});

export type Ports = z.infer<typeof shape>;

/** Each port of the first platform of a host; the second one's are one higher, and so on. */
const first: Ports = {
  registry: 4280,
  fly: 4300,
  proxy: 4320,
  tailnet: 4340,
  control: 4360,
  derp: 4380,
  laptop: 4420,
};
const mostPlatforms = 20;

/**
 * The ports of a platform. They are chosen at its first start and kept in its folder, since stacks remember addresses. All have the same
 * distance to the first platform's, so that nobody takes the laptop's, which is bound late.
 *
 * @throws Error when twenty platforms run already
 */
export async function platformPorts(folder: string): Promise<Ports> {
  const file = join(folder, "ports.json");
  const kept = await readFile(file, "utf8").catch(() => undefined);
  if (kept) return shape.parse(JSON.parse(kept));
  for (let distance = 0; distance < mostPlatforms; distance++) {
    const names = Object.keys(first) as (keyof Ports)[];
    const ports = Object.fromEntries(names.map((name) => [name, first[name] + distance])) as Ports;
    if (!(await allFree(Object.values(ports)))) continue;
    await mkdir(folder, { recursive: true });
    await writeFile(file, JSON.stringify(ports));
    return ports;
  }
  throw new Error(
    `${mostPlatforms} local platforms, or others, have the ports from ${first.registry} on; stop one, e.g. with: npm run dev:down`,
  );
}

/** get-port offers another port where one is taken. */
async function allFree(ports: number[]): Promise<boolean> {
  const offered = await Promise.all(ports.map((port) => getPort({ port })));
  return offered.every((port, index) => port === ports[index]);
}
