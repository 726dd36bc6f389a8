import { readdir, readFile, readlink } from "node:fs/promises";
import type Docker from "dockerode";

/** A process as the Machines API lists it. */
interface Process {
  pid: number;
  stime: number;
  rtime: number;
  command: string;
  directory: string;
  cpu: number;
  /** Resident memory in bytes. */
  rss: number;
  listen_sockets: { proto: string; address: string }[];
}

interface ListeningSocket {
  inode: string;
  proto: "tcp";
  address: string;
}

/** Docker's own resolver listens in every container without being one of its processes. */
const dockerResolver = "127.0.0.11";

/** The processes of a container and the addresses they listen on, from the host's /proc. */
export async function processesOf(container: Docker.Container): Promise<Process[]> {
  // Docker splits the columns by the headers. The arguments come last because they can contain spaces.
  const table = await container.top({ ps_args: "-eo pid,etimes,cputimes,rss,args" });
  const rows = (table.Processes as string[][]).map(([pid, age, cpu, rss, ...args]) => ({
    hostPid: pid ?? "",
    rtime: Number(age),
    cpu: Number(cpu),
    rss: Number(rss) * 1024,
    command: args.join(" "),
  }));
  const main = rows[0]?.hostPid;
  if (main === undefined) return [];
  const sockets = [
    ...parseListening(await read(`/proc/${main}/net/tcp`)),
    ...parseListening(await read(`/proc/${main}/net/tcp6`)),
  ].filter((socket) => !socket.address.startsWith(`${dockerResolver}:`));
  const owned = await Promise.all(rows.map(({ hostPid }) => socketInodes(hostPid)));
  // Only root can see which process of another user holds a socket. Otherwise it is attributed to the first process.
  const owner = (socket: ListeningSocket) =>
    Math.max(
      owned.findIndex((inodes) => inodes.has(socket.inode)),
      0,
    );
  return Promise.all(
    rows.map(async ({ hostPid, rtime, cpu, rss, command }, index) => ({
      pid: await pidInside(hostPid),
      stime: 0,
      rtime,
      command,
      directory: await readlink(`/proc/${hostPid}/cwd`).catch(() => "/"),
      cpu,
      rss,
      listen_sockets: sockets
        .filter((socket) => owner(socket) === index)
        .map(({ proto, address }) => ({ proto, address })),
    })),
  );
}

/** The listening sockets in a table of /proc/net/tcp or tcp6. */
export function parseListening(table: string): ListeningSocket[] {
  return table
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const fields = line.trim().split(/\s+/);
      const [address = "", port = ""] = (fields[1] ?? "").split(":");
      const isListening = fields[3] === "0A";
      if (!isListening) return [];
      return [
        {
          inode: fields[9] ?? "",
          proto: "tcp" as const,
          address: `${hexAddress(address)}:${Number.parseInt(port, 16)}`,
        },
      ];
    });
}

/** The kernel writes addresses as 32-bit words in the CPU's byte order, which is little-endian on everything that Fly runs. */
function hexAddress(hex: string): string {
  const words = hex.match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) => (word.match(/../g) ?? []).reverse());
  if (bytes.length === 4) return bytes.map((byte) => Number.parseInt(byte, 16)).join(".");
  const groups = bytes.join("").match(/.{4}/g) ?? [];
  return new URL(`http://[${groups.join(":")}]`).hostname;
}

async function socketInodes(pid: string): Promise<Set<string>> {
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const targets = await Promise.all(
    descriptors.map((descriptor) => readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => "")),
  );
  return new Set(targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []));
}

async function pidInside(hostPid: string): Promise<number> {
  const status = await read(`/proc/${hostPid}/status`);
  return Number(/^NSpid:.*\s(\d+)$/m.exec(status)?.[1] ?? hostPid);
}

/** @returns empty text for a process that has just ended */
function read(file: string): Promise<string> {
  return readFile(file, "utf8").catch(() => "");
}
