import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { type Browser, type BrowserContext, chromium } from "playwright-core";
import type { Laptop } from "../platform/laptop.ts";
import { ensureProgram } from "../toolchain/debian.ts";
import { onPath } from "../toolchain/onPath.ts";

/** A Chromium of the laptop, which trusts the tailnet's certificate authority and reaches the tailnet by the laptop's proxy. */
export class LaptopBrowser {
  readonly #browser: Browser;
  readonly #home: string;

  private constructor(browser: Browser, home: string) {
    this.#browser = browser;
    this.#home = home;
  }

  /** @param caFile the certificate authority that the laptop's owner trusts */
  static async launch(laptop: Laptop, caFile: string): Promise<LaptopBrowser> {
    await ensureProgram("chromium", ["chromium"]);
    const home = await mkdtemp(join(tmpdir(), "paperclip-on-fly-person-"));
    await trust(caFile, home);
    const browser = await chromium.launch({
      env: { ...process.env, HOME: home } as Record<string, string>,
      executablePath: (await onPath("chromium")) ?? "chromium",
      proxy: { server: laptop.proxyUrl },
      // Chromium's sandbox refuses root, and in a container the tests run as root.
      args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
    });
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
