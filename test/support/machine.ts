import { randomBytes } from "node:crypto";
import { execa } from "execa";
import pWaitFor from "p-wait-for";
import { request } from "undici";
import type { CpuAccountant } from "../../local/fly/cpu/accountant.ts";
import { startBalances } from "../../local/fly/cpu/balance.ts";
import { guestRightsFlags } from "../../local/fly/machines/guestRights.ts";
import type { LocalInternet } from "../../local/internet/internet.ts";
import { hostsOf, trustIn } from "./internet.ts";
import { MachineSize } from "./machineSize.ts";
import { tomlEnvironment } from "./tomlEnvironment.ts";

/** How a machine of the tests differs from a client's. */
export interface MachineOptions {
  /** Docker volume at /paperclip. Default: one of its own, which is removed with the machine. */
  volume?: string;
  /** Secrets besides those that every machine has. */
  secrets?: Record<string, string>;
  /** The tailnet key. Default: none, so that the machine joins no tailnet. */
  tailscaleKey?: string;
  /** Seconds of CPU that it has saved. Default: as much as it can, as after hours of idling. A new machine on Fly.io has 5. */
  balanceSeconds?: number;
  /** MB of memory that it is ordered with; default: 1024. */
  memoryMb?: number;
  /** Names of the internet that this host answers for in the machine. Default: none. */
  internet?: LocalInternet;
  /** Further words for `docker run`. */
  run?: string[];
}

export const appName = "image-test";
export const tailnet = "tailnet-test.ts.net";

/** Secrets whose contents a test can look for. */
export const secrets = {
  BETTER_AUTH_SECRET: "auth-secret-canary-0123456789abcdef0123456789abcdef",
  PAPERCLIP_AGENT_JWT_SECRET: "agent-secret-canary-0123456789abcdef0123456789ab",
  CLAUDE_CODE_OAUTH_TOKEN: "sk-ant-oat01-canary",
};

/** The image as Fly.io runs it: an init of the platform's as PID 1, the environment of fly.toml, 1 GB with swap, a volume. */
export class Machine {
  readonly name = `image-test-${randomBytes(4).toString("hex")}`;
  readonly volume: string;
  private readonly ownVolume: boolean;
  private readonly size: MachineSize;
  private forwarding: Promise<void> | undefined;

  private constructor(volume: string | undefined, size: MachineSize) {
    this.size = size;
    this.volume = volume ?? this.name;
    this.ownVolume = volume === undefined;
  }

  static async start(image: string, options: MachineOptions = {}): Promise<Machine> {
    const size = await MachineSize.plan(
      options.balanceSeconds ?? startBalances.full,
      options.memoryMb ?? 1024,
    );
    const machine = new Machine(options.volume, size);
    const env = {
      FLY_APP_NAME: appName,
      ...tomlEnvironment(appName, tailnet, Object.keys(options.secrets ?? {})),
      ...secrets,
      ...options.secrets,
      ...(options.tailscaleKey ? { TAILSCALE_AUTH_KEY: options.tailscaleKey } : {}),
    };
    const rights = [...guestRightsFlags, "--device", "/dev/net/tun"];
    const args = ["create", "--init", "--name", machine.name, ...size.flags, ...rights];
    const volume = ["--volume", `${machine.volume}:/paperclip`];
    // Names only. The values go through the environment of the docker command, because its arguments are visible to others.
    const names = Object.keys(env).flatMap((variable) => ["--env", variable]);
    const { internet } = options;
    const hosts = internet ? hostsOf(internet) : [];
    await execa("docker", [...args, ...volume, ...names, ...hosts, ...(options.run ?? []), image], { env });
    if (internet) await trustIn(machine.name, internet);
    await execa("docker", ["start", machine.name]);
    await size.started(machine.name);
    return machine;
  }

  /** Reads and sets its CPU balance. */
  get cpu(): CpuAccountant {
    return this.size.cpu;
  }

  /** Runs a command in the machine and returns its output. */
  async exec(...command: string[]): Promise<string> {
    const { stdout } = await execa("docker", ["exec", this.name, ...command]);
    return stdout;
  }

  async logs(): Promise<string> {
    return (await execa("docker", ["logs", this.name], { all: true })).all;
  }

  /**
   * Base URL of Paperclip for a person in the tailnet. Such requests come over the machine's loopback: a container in the same network
   * forwards them, as tailscaled does.
   */
  async url(): Promise<string> {
    this.forwarding ??= this.forward();
    await this.forwarding;
    return `http://${await this.address()}:3101`;
  }

  private async forward(): Promise<void> {
    const program = `require("node:net").createServer((from) => {
      const to = require("node:net").connect(3100, "127.0.0.1");
      for (const end of [from, to]) end.on("error", () => { from.destroy(); to.destroy(); });
      from.pipe(to).pipe(from);
    }).listen(3101)`;
    const name = `${this.name}-tailnet`;
    const own = ["--detach", "--rm", "--name", name, "--network", `container:${this.name}`];
    const image = await this.inspect("{{.Image}}");
    await execa("docker", ["run", ...own, "--entrypoint", "node", image, "--eval", program]);
    const listens = async () =>
      (await this.exec("ss", "--listening", "--tcp", "--numeric")).includes(":3101");
    await pWaitFor(listens, { interval: 100, timeout: 60_000 });
  }

  /** The machine's address in the platform's network. */
  private address(): Promise<string> {
    return this.inspect("{{.NetworkSettings.IPAddress}}");
  }

  /**
   * The health check's answer to the platform, or undefined if there is none. Fly.io's check asks as Host: localhost.
   *
   * @param seconds how long to wait
   */
  async health(
    host = "localhost",
    seconds = 5,
  ): Promise<{ statusCode: number; body: Record<string, unknown> } | undefined> {
    const options = { headers: { host }, headersTimeout: seconds * 1000 };
    const url = `http://${await this.address()}:3100/api/health`;
    const answer = await request(url, options).catch(() => undefined);
    return (
      answer && { statusCode: answer.statusCode, body: (await answer.body.json()) as Record<string, unknown> }
    );
  }

  /** Waits until Paperclip answers its health check, and fails with the log if the machine ends before that. */
  async healthy(): Promise<void> {
    await this.until(async () => (await this.health())?.body.status === "ok");
  }

  /** Waits for a line in the log. */
  async logged(text: string | RegExp): Promise<string> {
    let log = "";
    await this.until(async () => {
      log = await this.logs();
      return typeof text === "string" ? log.includes(text) : text.test(log);
    });
    return log;
  }

  private async until(condition: () => Promise<boolean>): Promise<void> {
    const check = async () => {
      if (await condition()) return true;
      if ((await this.inspect("{{.State.Running}}")) !== "true") {
        if (await condition()) return true;
        throw new Error("the machine has ended");
      }
      return false;
    };
    await pWaitFor(check, { interval: 200, timeout: 180_000 }).catch(async (error: Error) => {
      throw new Error(
        `${error.message}; the end of its log:\n${(await this.logs()).split("\n").slice(-30).join("\n")}`,
      );
    });
  }

  /** Sends SIGTERM, and SIGKILL after the kill timeout of fly.toml. Returns the exit status. */
  async stop(): Promise<number> {
    await execa("docker", ["stop", "--time", "120", this.name]);
    return this.exitStatus();
  }

  /** Kills it, as when its host fails or its memory is exhausted. */
  async kill(): Promise<void> {
    await execa("docker", ["kill", this.name]);
  }

  /** Starts it again after its end, as the platform does. Its address can change. */
  async startAgain(): Promise<void> {
    // Its network is a new one.
    await execa("docker", ["rm", "--force", `${this.name}-tailnet`], { reject: false });
    this.forwarding = undefined;
    await execa("docker", ["start", this.name]);
    await this.size.started(this.name);
  }

  /** Waits for the machine to end on its own. */
  async exitStatus(): Promise<number> {
    return Number((await execa("docker", ["wait", this.name])).stdout);
  }

  inspect(format: string): Promise<string> {
    return execa("docker", ["inspect", "--format", format, this.name]).then(({ stdout }) => stdout);
  }

  /** Removes the machine, and its volume if it is its own. */
  async remove(): Promise<void> {
    await execa("docker", ["rm", "--force", `${this.name}-tailnet`, this.name], { reject: false });
    await this.size.remove();
    if (this.ownVolume) await execa("docker", ["volume", "rm", "--force", this.volume], { reject: false });
  }
}
