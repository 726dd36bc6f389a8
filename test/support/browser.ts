import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import pRetry from "p-retry";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import type { Laptop } from "../../local/platform/laptop.ts";
import { ensureProgram } from "../../local/toolchain/debian.ts";
import { onPath } from "../../local/toolchain/onPath.ts";

/** Where screenshots are kept: what a CI job saves as its artefacts. */
const folder = join(import.meta.dirname, "../../test-results");

/** A person at a browser of the laptop, looking at one Paperclip. */
export class Person {
  readonly page: Page;
  readonly #browser: Browser;
  readonly #home: string;

  private constructor(browser: Browser, page: Page, home: string) {
    this.#browser = browser;
    this.page = page;
    this.#home = home;
  }

  /** @param caFile the certificate authority that the laptop's owner trusts */
  static async at(laptop: Laptop, caFile: string): Promise<Person> {
    await ensureProgram("chromium", ["chromium"]);
    const home = await mkdtemp(join(tmpdir(), "paperclip-on-fly-person-"));
    await trust(caFile, home);
    const browser = await chromium.launch({
      env: { ...process.env, HOME: home } as Record<string, string>,
      executablePath: (await onPath("chromium")) ?? "chromium",
      proxy: { server: laptop.proxyUrl },
      // Chromium's sandbox refuses root, who runs the tests of a container.
      args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
    });
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    context.setDefaultTimeout(120_000);
    const page = await context.newPage();
    page.on("requestfailed", (request) =>
      console.log(`the browser did not get ${request.url()}: ${request.failure()?.errorText}`),
    );
    return new Person(browser, page, home);
  }

  /** Opens a page and waits for something on it. One that stays white is opened again, as a person does. */
  async open(url: string, sight: Locator): Promise<void> {
    const look = async () => {
      await this.page.goto(url);
      await sight.first().waitFor({ timeout: 60_000 });
    };
    await pRetry(look, { retries: 2, minTimeout: 0 });
  }

  /** Keeps what the page shows as test-results/NAME.png. */
  async screenshot(name: string): Promise<void> {
    await mkdir(folder, { recursive: true });
    await this.page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  }

  /** A call of Paperclip's API by the page, with the person's session; it has to succeed. */
  async api<T>(method: "GET" | "POST" | "PATCH", path: string, body?: object): Promise<T> {
    const answer = await this.page.evaluate(
      async ([method, path, body]) => {
        const headers = { "content-type": "application/json" };
        const response = await fetch(path, body ? { method, headers, body } : { method });
        return { ok: response.ok, status: response.status, text: await response.text() };
      },
      [method, path, body && JSON.stringify(body)] as const,
    );
    if (!answer.ok) throw new Error(`${method} ${path}: HTTP ${answer.status} ${answer.text}`);
    return JSON.parse(answer.text) as T;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await rm(this.#home, { recursive: true, force: true });
  }
}

/** Has the Chromium of a home directory trust a certificate authority. */
async function trust(caFile: string, home: string): Promise<void> {
  await ensureProgram("certutil", ["libnss3-tools"]);
  const database = join(home, ".pki/nssdb");
  await mkdir(database, { recursive: true });
  await execa("certutil", ["-d", `sql:${database}`, "-N", "--empty-password"]);
  await execa("certutil", ["-d", `sql:${database}`, "-A", "-t", "C,,", "-n", "tailnet", "-i", caFile]);
}
