/** What a measured machine needs around it: a tailnet with a laptop and its browser, and a model for agents. */
import type { BrowserContext } from "playwright-core";
import type { Dispatcher } from "undici";
import type { Anthropic } from "../../local/anthropic/anthropic.ts";
import { LaptopBrowser } from "../../local/people/laptopBrowser.ts";
import { PaperclipClient } from "../../local/people/paperclipClient.ts";
import type { Toolchain } from "../../local/toolchain/setup.ts";
import { type Address, environment, publicUrl } from "../environment.ts";
import type { Side } from "../figures.ts";
import { imageName } from "../images.ts";
import { newVolume, removeVolume, type Volume } from "../volume.ts";
import { type Bench, openBench } from "../workshop.ts";
import type { Company } from "./company.ts";
import type { DiskLimits } from "./diskLimits.ts";
import { FlyMachine } from "./flyMachine.ts";
import { defaultGuest, type Guest } from "./guest.ts";
import { agentSecrets, startModel } from "./task.ts";

/** A machine of a side, with its place in the tailnet. */
export interface Tenant {
  side: Side;
  address: Address;
  url: string;
  machine: FlyMachine;
  /** Makes a person at a laptop of the tailnet who is not signed in. */
  newPerson: () => PaperclipClient;
}

export interface TenantOptions {
  /** Seconds of CPU that the machine has saved when it starts for the first time. */
  balanceSeconds: number;
  /** Default: the program's. */
  guest?: Guest;
  /** Default: as fast as the host's. */
  disks?: (volume: Volume) => DiskLimits;
}

export class Rig {
  readonly anthropic: Anthropic;
  readonly #bench: Bench;
  readonly #browser: LaptopBrowser;
  readonly #wayIn: Dispatcher;
  readonly #nodeImage: string;

  private constructor(
    bench: Bench,
    anthropic: Anthropic,
    browser: LaptopBrowser,
    wayIn: Dispatcher,
    nodeImage: string,
  ) {
    this.#bench = bench;
    this.anthropic = anthropic;
    this.#browser = browser;
    this.#wayIn = wayIn;
    this.#nodeImage = nodeImage;
  }

  /** @param nodeImage an image that has losetup */
  static async open(toolchain: Toolchain, nodeImage: string): Promise<Rig> {
    const bench = await openBench(toolchain);
    const anthropic = await startModel(bench.platform.internet);
    const browser = await LaptopBrowser.launch(bench.laptop, bench.platform.tailnet.caFile);
    return new Rig(bench, anthropic, browser, await bench.laptop.dispatcher(), nodeImage);
  }

  /** Starts a machine on a new volume, and removes both after the work. */
  async withTenant(
    side: Side,
    options: TenantOptions,
    work: (tenant: Tenant) => Promise<void>,
  ): Promise<void> {
    const { balanceSeconds, guest = defaultGuest, disks } = options;
    const volume = await newVolume(this.#nodeImage);
    try {
      const name = `${side}-${volume.name.slice(0, 6)}`;
      const address = { name, key: await this.#bench.makeKey(), bench: this.#bench };
      const machine = await FlyMachine.start({
        image: imageName(side),
        env: environment(side, address, agentSecrets, guest.memoryMb),
        volume: volume.name,
        caFile: this.#bench.platform.tailnet.caFile,
        internet: this.#bench.platform.internet,
        guest,
        balanceSeconds,
        disks: disks?.(volume),
      });
      try {
        const url = publicUrl(address);
        const newPerson = () => new PaperclipClient(url, url, { dispatcher: this.#wayIn });
        await work({ side, address, url, machine, newPerson });
      } finally {
        await machine.remove();
      }
    } finally {
      await removeVolume(volume.name, this.#nodeImage);
    }
  }

  /** A new profile of the browser in which a company's administrator is signed in and nothing is cached. The caller closes it. */
  async profileOf(tenant: Tenant, { administrator }: Company): Promise<BrowserContext> {
    const profile = await this.#browser.profile();
    const cookies = administrator.session.map((pair) => {
      const [name = "", ...value] = pair.split("=");
      return { name, value: value.join("="), url: tenant.url };
    });
    await profile.addCookies(cookies);
    return profile;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#wayIn.close();
    await this.anthropic.stop();
    await this.#bench.remove();
  }
}
