/** Names of the internet that this host answers for: see README.md. */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { z } from "zod";
import { authorityFiles, type Certificate, certificateFor, makeAuthority } from "./authority.ts";

export interface LocalInternet {
  /** File with the authority's certificate. */
  caFile: string;
  /** The address of each name. */
  addresses: Readonly<Record<string, string>>;
  /** The certificate of a name. */
  certificate(name: string): Promise<Certificate>;
  /**
   * Makes a server answer under a name, at port 443.
   *
   * @param listen makes it listen at an address and a port, 0 for a free one, and returns the port
   * @returns what to call after the server has ended
   */
  answer(name: string, listen: (host: string, port: number) => Promise<number>): Promise<() => Promise<void>>;
  /** Removes what it has made: networks, relays, certificates. */
  remove(): Promise<void>;
}

const shape = z.object({ id: z.string(), addresses: z.record(z.string(), z.string()) });
type Kept = z.infer<typeof shape>;

const httpsPort = 443;

/** Label of everything that it makes in Docker: its id. */
const label = "paperclip.internet";

/**
 * Makes the internet of a folder, or finds it.
 *
 * @param names those that this host answers for
 * @param relayImage has Node.js. It is used where this user must not listen on port 443
 * @throws Error when Docker has no room for a network
 */
export async function openInternet(
  folder: string,
  names: readonly string[],
  relayImage: string,
): Promise<LocalInternet> {
  await mkdir(folder, { recursive: true });
  if (names.length > 0) await makeAuthority(folder);
  const { id, addresses } = await networksOf(folder, names);
  return {
    caFile: authorityFiles(folder).cert,
    addresses,
    certificate: (name) => certificateFor(folder, name),
    async answer(name, listen) {
      const address = addresses[name];
      if (!address) throw new Error(`this host does not answer for ${name}`);
      const port = await listen(address, (await mayListen()) ? httpsPort : 0);
      return port === httpsPort ? async () => {} : startRelay(id, relayImage, address, port);
    },
    async remove() {
      await removeAll(id);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The networks of an internet. A machine remembers the address of a name, so it stays the same. */
async function networksOf(folder: string, names: readonly string[]): Promise<Kept> {
  const file = join(folder, "internet.json");
  const kept = existsSync(file) ? shape.parse(JSON.parse(await readFile(file, "utf8"))) : undefined;
  const id = kept?.id ?? randomBytes(4).toString("hex");
  const addresses: Record<string, string> = {};
  for (const name of names) {
    const before = kept?.addresses[name];
    const network = `internet-${id}-${name}`;
    const exists =
      before && !(await execa("docker", ["network", "inspect", network], { reject: false })).failed;
    addresses[name] = exists ? before : await makeNetwork(network, id, before);
  }
  await writeFile(file, JSON.stringify({ id, addresses }));
  return { id, addresses };
}

/** Makes a network and returns its gateway, which is this host. */
async function makeNetwork(network: string, id: string, wanted: string | undefined): Promise<string> {
  for (const address of wanted ? [wanted] : gateways) {
    const subnet = [
      "--subnet",
      `${address.replace(/\d+$/, (last) => String(Number(last) - 1))}/30`,
      "--gateway",
      address,
    ];
    const create = ["network", "create", ...subnet, "--label", `${label}=${id}`, network];
    const { failed, stderr } = await execa("docker", create, { reject: false });
    if (!failed) return address;
    if (!/overlap/i.test(stderr)) throw new Error(`Docker makes no network for ${network}: ${stderr}`);
  }
  throw new Error(
    `other networks have all of TEST-NET-3. Show them with: docker network ls --filter label=${label}`,
  );
}

/**
 * TEST-NET-3 (RFC 5737) in networks of four addresses. It is routed nowhere, and it is no private network, which Paperclip's server does not
 * connect to.
 */
const gateways = Array.from({ length: 64 }, (_, index) => `203.0.113.${4 * index + 1}`);

/** Whether this user may listen on the port of HTTPS. Elsewhere root does it, in a container, and passes the connections on. */
async function mayListen(): Promise<boolean> {
  if (process.getuid?.() === 0) return true;
  return Number(await readFile("/proc/sys/net/ipv4/ip_unprivileged_port_start", "utf8")) <= httpsPort;
}

async function startRelay(id: string, image: string, address: string, port: number) {
  const name = `internet-${id}-${port}`;
  const program = `require("node:net").createServer((from) => {
    const to = require("node:net").connect(${port}, "${address}");
    for (const end of [from, to]) end.on("error", () => { from.destroy(); to.destroy(); });
    from.pipe(to).pipe(from);
  }).listen(${httpsPort}, "${address}", () => console.log("listens"))`;
  const own = [
    "--detach",
    "--rm",
    "--init",
    "--name",
    name,
    "--label",
    `${label}=${id}`,
    "--network",
    "host",
  ];
  await execa("docker", ["run", ...own, "--user", "0", "--entrypoint", "node", image, "--eval", program]);
  const stop = async () => {
    await execa("docker", ["rm", "--force", name], { reject: false });
  };
  const logs = execa("docker", ["logs", "--follow", name], { all: true, reject: false });
  for await (const line of logs.iterable({ from: "all" })) {
    if (line !== "listens") continue;
    logs.kill();
    return stop;
  }
  await stop();
  throw new Error(`nothing listens on ${address}:${httpsPort}: ${(await logs).all}`);
}

async function removeAll(id: string): Promise<void> {
  const filter = ["--quiet", "--filter", `label=${label}=${id}`];
  for (const [list, remove] of [
    [
      ["ps", "--all", ...filter],
      ["rm", "--force"],
    ],
    [
      ["network", "ls", ...filter],
      ["network", "rm"],
    ],
  ] as const) {
    const { stdout } = await execa("docker", list);
    const found = stdout.split("\n").filter(Boolean);
    if (found.length > 0) await execa("docker", [...remove, ...found]);
  }
}
