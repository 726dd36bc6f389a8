import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { builtPrograms } from "../../local/toolchain/goTools.ts";
import type { LocalTailnet } from "./localTailnet.ts";
import { type Program, startProgram } from "./program.ts";

/** What a device needs to join. */
export type JoinableTailnet = Pick<LocalTailnet, "control" | "makeKey">;

interface DeviceWish {
  name: string;
  tags?: string[];
}

/** A device of a local tailnet besides the machine: a real tailscaled on this host, without a network device. */
export class TailnetNode {
  private readonly folder: string;
  private readonly path: string;

  private readonly program: Program;

  private constructor(folder: string, path: string, program: Program) {
    this.folder = folder;
    this.path = path;
    this.program = program;
  }

  /** Starts one and joins it, with these tags or as a person's device. */
  static async start(tailnet: JoinableTailnet, { name, tags = [] }: DeviceWish): Promise<TailnetNode> {
    // The path of a socket has to be short.
    const folder = await mkdtemp(join(tmpdir(), "tn-"));
    const path = [await builtPrograms("tailscale"), process.env.PATH].join(delimiter);
    const args = ["--tun=userspace-networking", "--port=0", `--statedir=${folder}`, "--no-logs-no-support"];
    const socket = `--socket=${join(folder, "sock")}`;
    const program = await startProgram("tailscaled", [...args, socket], /Backend: logs/, { PATH: path });
    const node = new TailnetNode(folder, path, program);
    try {
      await node.join(tailnet, name, tags);
      return node;
    } catch (error) {
      await node.stop();
      throw error;
    }
  }

  /** Lends out a device for a piece of work. */
  static async use<T>(
    tailnet: JoinableTailnet,
    wish: DeviceWish,
    work: (node: TailnetNode) => Promise<T>,
  ): Promise<T> {
    const node = await TailnetNode.start(tailnet, wish);
    try {
      return await work(node);
    } finally {
      await node.stop();
    }
  }

  async stop(): Promise<void> {
    await this.program.stop();
    await rm(this.folder, { recursive: true });
  }

  /** Runs the tailscale command of this device and returns what it prints. */
  async tailscale(...args: string[]): Promise<string> {
    const words = [`--socket=${join(this.folder, "sock")}`, ...args];
    return (await execa("tailscale", words, { env: { PATH: this.path } })).stdout;
  }

  /** Runs a line of a shell as a person types it at this device. */
  async type(line: string): Promise<string> {
    const tailscale = `tailscale() { command tailscale --socket=${join(this.folder, "sock")} "$@"; }`;
    return (await execa("bash", ["-c", `${tailscale}; ${line}`], { env: { PATH: this.path } })).stdout;
  }

  private async join(tailnet: JoinableTailnet, name: string, tags: string[]): Promise<void> {
    const file = join(this.folder, "key");
    await writeFile(file, (await tailnet.makeKey(tags)).key, { mode: 0o600 });
    const key = [`--auth-key=file:${file}`, `--login-server=${tailnet.control}`, "--timeout=30s"];
    await this.tailscale("up", ...key, `--hostname=${name}`);
    await rm(file);
  }
}
