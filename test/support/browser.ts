import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import pRetry from "p-retry";
import type { Locator, Page } from "playwright-core";
import { type BrowserOptions, LaptopBrowser } from "../../local/people/laptopBrowser.ts";
import type { Laptop } from "../../local/platform/laptop.ts";

/** The folder for screenshots, which a CI job saves as artefacts. */
const folder = join(import.meta.dirname, "../../test-results");

/** A person at a browser of the laptop, looking at one Paperclip. */
export class Person {
  readonly page: Page;
  readonly #browser: LaptopBrowser;

  private constructor(browser: LaptopBrowser, page: Page) {
    this.#browser = browser;
    this.page = page;
  }

  /** @param caFile the certificate authority that the laptop's owner trusts */
  static async at(laptop: Laptop, caFile: string, options: BrowserOptions = {}): Promise<Person> {
    const browser = await LaptopBrowser.launch(laptop, caFile, options);
    const context = await browser.profile();
    context.setDefaultTimeout(120_000);
    const page = await context.newPage();
    page.on("requestfailed", (request) =>
      console.log(`the browser did not get ${request.url()}: ${request.failure()?.errorText}`),
    );
    return new Person(browser, page);
  }

  /** Opens a page and waits for something on it. A page that stays white is opened again, as a person would do. */
  async open(url: string, sight: Locator): Promise<void> {
    const look = async () => {
      await this.page.goto(url);
      await sight.first().waitFor({ timeout: 60_000 });
    };
    await pRetry(look, { retries: 2, minTimeout: 0 });
  }

  /**
   * Clicks, and waits for what that leads to. Chromium ends requests while a network of the host comes or goes, as those of other machines do
   * here; the page then says so, and the person clicks again.
   */
  async insist(click: () => Promise<void>, sight: Locator): Promise<void> {
    const cutOff = this.page.getByText("Failed to fetch").first();
    const attempt = async () => {
      await click();
      await sight.or(cutOff).first().waitFor();
      if (!(await sight.isVisible())) throw new Error("the page says: Failed to fetch");
    };
    await pRetry(attempt, { retries: 2, minTimeout: 0 });
  }

  /** Keeps what the page shows as test-results/NAME.png. */
  async screenshot(name: string): Promise<void> {
    await mkdir(folder, { recursive: true });
    const path = join(folder, `${name}.png`);
    await this.page.screenshot({ path, fullPage: true, animations: "disabled" });
  }

  /** Calls Paperclip's API from the page, with the person's session. The call has to succeed. */
  async api<T>(method: "GET" | "POST" | "PATCH", path: string, body?: object): Promise<T> {
    const call = () =>
      this.page.evaluate(
        async ([method, path, body]) => {
          const headers = { "content-type": "application/json" };
          const response = await fetch(path, body ? { method, headers, body } : { method });
          return { ok: response.ok, status: response.status, text: await response.text() };
        },
        [method, path, body && JSON.stringify(body)] as const,
      );
    // Chromium ends requests while a network of the host comes or goes, as those of other machines do here. A question can be asked again.
    const answer = await pRetry(call, { retries: method === "GET" ? 2 : 0, minTimeout: 200 });
    if (!answer.ok) throw new Error(`${method} ${path}: HTTP ${answer.status} ${answer.text}`);
    return JSON.parse(answer.text) as T;
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}
