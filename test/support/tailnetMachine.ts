import { randomBytes } from "node:crypto";
import { execa } from "execa";
import pWaitFor from "p-wait-for";
import { bridgeGateway } from "../../local/platform/tailnet.ts";
import { LocalTailnet } from "./localTailnet.ts";
import { appName, tailnet as domain, Machine } from "./machine.ts";

/** What `paperclip-tailnet` reports about the device. */
interface Status {
  state: string;
  name: string;
  problem: string;
  fix: string;
  warning: string;
}

/** A machine in a tailnet of its own, with a real control server, relay and certificate authority that can be made to fail. */
export class TailnetMachine {
  readonly tailnet: LocalTailnet;
  private readonly image: string;
  private readonly volume = `image-test-volume-${randomBytes(4).toString("hex")}`;
  private current: Machine | undefined;

  private constructor(image: string, tailnet: LocalTailnet) {
    this.image = image;
    this.tailnet = tailnet;
  }

  /** Lends out a machine, and removes it afterwards. */
  static async use(image: string, work: (machine: TailnetMachine) => Promise<void>): Promise<void> {
    const options = { domain, certificates: true, tag: "tag:paperclip", ssh: true };
    const tailnet = await LocalTailnet.start({ address: await bridgeGateway(), ...options });
    const machine = new TailnetMachine(image, tailnet);
    try {
      await work(machine);
    } finally {
      await machine.current?.remove();
      await machine.loseVolume();
      await tailnet.stop();
    }
  }

  /** The container as it is now. */
  get machine(): Machine {
    if (!this.current) throw new Error("the machine is not started");
    return this.current;
  }

  /**
   * Starts the machine on the same volume, in place of the previous one.
   *
   * @param more further environment variables
   * @param words further words for `docker run`
   */
  async start(tailscaleKey: string, more: Record<string, string> = {}, words: string[] = []): Promise<void> {
    await this.current?.remove();
    const settings = {
      TAILSCALE_LOGIN_SERVER: this.tailnet.control,
      TS_DEBUG_ACME_DIRECTORY_URL: this.tailnet.acme,
      ...more,
    };
    // The logs of a test do not go to Tailscale.
    const run = ["--add-host", "log.tailscale.com:127.0.0.1"].concat(
      Object.entries(settings).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
      words,
    );
    this.current = await Machine.start(this.image, { volume: this.volume, tailscaleKey, run });
  }

  /** Removes the volume and everything on it. */
  async loseVolume(): Promise<void> {
    await this.current?.remove();
    await execa("docker", ["volume", "rm", "--force", this.volume], { reject: false });
  }

  async status(): Promise<Status> {
    return JSON.parse(await this.machine.exec("paperclip-tailnet"));
  }

  /** Waits until the machine reports the expected status of its device. */
  async until(expected: (status: Status) => boolean): Promise<void> {
    let last: Status | undefined;
    const asExpected = async () => {
      last = await this.status().catch(() => undefined);
      return last !== undefined && expected(last);
    };
    await pWaitFor(asExpected, { interval: 500, timeout: 240_000 }).catch(async () => {
      const log = (await this.machine.logs()).split("\n").slice(-30).join("\n");
      throw new Error(`${JSON.stringify(last)}\n${log}`);
    });
  }

  /** Waits until the machine has checked its device twice more. */
  async looked(): Promise<void> {
    const modified = () => this.machine.exec("stat", "--format=%y", "/run/tailscale/problem");
    for (let looks = 0; looks < 2; looks += 1) {
      const before = await modified();
      await pWaitFor(async () => (await modified()) !== before, { interval: 500, timeout: 120_000 });
    }
  }

  /** Waits until Paperclip is served in the tailnet. */
  async open(): Promise<void> {
    await this.machine.logged(`tailnet: open as https://${appName}.${domain}`);
  }

  /** The lines of the log that match. */
  async lines(pattern: RegExp): Promise<string[]> {
    return (await this.machine.logs()).split("\n").filter((line) => pattern.test(line));
  }
}
