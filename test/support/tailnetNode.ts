import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import pWaitFor from "p-wait-for";
import { builtPrograms } from "../../local/toolchain/goTools.ts";
import { type Program, startProgram } from "./program.ts";

/** A device of a local tailnet, on this host: a real tailscaled without a network device. */
export class TailnetNode {
  private readonly folder: string;
  private readonly program: Program;

  private constructor(folder: string, program: Program) {
    this.folder = folder;
    this.program = program;
  }

  /** Joins a tailnet. */
  static async join(
    hostname: string,
    { control, key }: { control: string; key: string },
  ): Promise<TailnetNode> {
    const env = { PATH: [await builtPrograms("tailscale"), process.env.PATH].join(delimiter) };
    // Short, because a socket's path may have no more than 108 characters.
    const folder = await mkdtemp(join(tmpdir(), "tn-"));
    const [socket, keyFile] = [`--socket=${join(folder, "s")}`, join(folder, "key")];
    const args = [
      socket,
      "--tun=userspace-networking",
      "--port=0",
      `--statedir=${folder}`,
      "--no-logs-no-support",
    ];
    const program = await startProgram("tailscaled", args, /./, env);
    const node = new TailnetNode(folder, program);
    try {
      const answers = async () =>
        !(await execa("tailscale", [socket, "status", "--json"], { env, reject: false })).failed;
      await pWaitFor(answers, { interval: 100, timeout: 60_000 });
      await writeFile(keyFile, key, { mode: 0o600 });
      const settings = [`--hostname=${hostname}`, `--login-server=${control}`, "--netfilter-mode=off"];
      await execa("tailscale", [socket, "up", `--auth-key=file:${keyFile}`, ...settings, "--timeout=60s"], {
        env,
      });
    } catch (error) {
      await node.stop();
      throw error;
    }
    return node;
  }

  /** Ends it; the tailnet keeps the device. */
  async stop(): Promise<void> {
    await this.program.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
