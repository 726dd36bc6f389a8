import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { type Browser, type BrowserContext, chromium } from "playwright-core";
import type { Laptop } from "../platform/laptop.ts";
import { ensureProgram } from "../toolchain/debian.ts";
import { onPath } from "../toolchain/onPath.ts";

/** How a browser differs from one as it is installed. */
export interface BrowserOptions {
  /** Whether it tells sites from which page a request comes. Default: true. Many people's browsers do not. */
  sendsReferrer?: boolean;
}

/** A Chromium of the laptop, which trusts the tailnet's certificate authority and reaches the tailnet by the laptop's proxy. */
export class LaptopBrowser {
  readonly #browser: Browser;
  readonly #home: string;

  private constructor(browser: Browser, home: string) {
    this.#browser = browser;
    this.#home = home;
  }

  /** @param caFile the certificate authority that the laptop's owner trusts */
  static async launch(
    laptop: Laptop,
    caFile: string,
    { sendsReferrer = true }: BrowserOptions = {},
  ): Promise<LaptopBrowser> {
    await ensureProgram("chromium", ["chromium"]);
    const home = await mkdtemp(join(tmpdir(), "paperclip-on-fly-person-"));
    await trust(caFile, home);
    // Chromium has this setting, and no flag or page for it.
    const preferences = join(home, "profile/Default/Preferences");
    await mkdir(dirname(preferences), { recursive: true });
    await writeFile(preferences, JSON.stringify({ enable_referrers: sendsReferrer }));
    const own = await chromium.launchPersistentContext(join(home, "profile"), {
      env: { ...process.env, HOME: home } as Record<string, string>,
      executablePath: (await onPath("chromium")) ?? "chromium",
      proxy: { server: laptop.proxyUrl },
      // Chromium's sandbox refuses root, and in a container the tests run as root.
      args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
    });
    const browser = own.browser();
    if (!browser) throw new Error("Playwright has started Chromium and does not say so");
    return new LaptopBrowser(browser, home);
  }

  /** A profile of its own: no cookies, nothing in its cache. */
  profile(): Promise<BrowserContext> {
    return this.#browser.newContext({ viewport: { width: 1280, height: 900 } });
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await rm(this.#home, { recursive: true, force: true });
  }
}

/** Makes a home directory's Chromium trust a certificate authority. */
export async function trust(caFile: string, home: string): Promise<void> {
  await ensureProgram("certutil", ["libnss3-tools"]);
  const database = join(home, ".pki/nssdb");
  await mkdir(database, { recursive: true });
  await execa("certutil", ["-d", `sql:${database}`, "-N", "--empty-password"]);
  await execa("certutil", ["-d", `sql:${database}`, "-A", "-t", "C,,", "-n", "tailnet", "-i", caFile]);
}
