/** A browser for a person in the tailnet of `npm run dev`: it trusts that tailnet's certificate authority and comes by its proxy. */
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { ProxyAgent, request } from "undici";
import { z } from "zod";
import { type DevStack, folder, root } from "./devStack.ts";
import { withoutScreen } from "./devTexts.ts";
import { trust } from "./people/laptopBrowser.ts";
import { ensureProgram } from "./toolchain/debian.ts";
import { onPath } from "./toolchain/onPath.ts";

/** Chromium's words. A profile of its own is kept, so that whoever was signed in still is. */
export const browserWords = (profile: string, proxyUrl: string, url: string, isRoot: boolean): string[] => [
  `--user-data-dir=${profile}`,
  `--proxy-server=${proxyUrl}`,
  "--no-first-run",
  "--no-default-browser-check",
  // Chromium's sandbox refuses root.
  ...(isRoot ? ["--no-sandbox"] : []),
  url,
];

/**
 * Opens the invitation as long as nobody administers this Paperclip, otherwise its page, and waits until the browser is closed.
 *
 * @returns the exit code
 */
export async function openBrowser(stack: DevStack): Promise<number> {
  const { proxyUrl, caFile } = stack;
  const url = await firstPage(stack);
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    console.error(withoutScreen({ proxyUrl, caFile, url }));
    return 1;
  }
  await ensureProgram("chromium", ["chromium"]);
  const home = join(folder, "browser");
  await mkdir(home, { recursive: true });
  // What it trusts is made anew: certutil asks for a password where there is something.
  await rm(join(home, ".pki"), { recursive: true, force: true });
  await trust(caFile, home);
  console.log(`Opening ${url} in Chromium. Close it, or press Ctrl-C here, to end.`);
  const words = browserWords(join(home, "profile"), proxyUrl, url, process.getuid?.() === 0);
  // Its own home, so that the certificate authority is trusted by this browser and no other.
  const env = { HOME: home };
  const options = { env, stdio: ["ignore", "ignore", "ignore"], reject: false } as const;
  const { exitCode, shortMessage } = await execa((await onPath("chromium")) ?? "chromium", words, options);
  if (exitCode === 0 || exitCode === 130) return 0;
  throw new Error(shortMessage);
}

const healthShape = z.object({ bootstrapStatus: z.string() });

async function firstPage({ env, proxyUrl, caFile }: DevStack): Promise<string> {
  const { stdout } = await execa("pulumi", ["stack", "output", "--json", "--show-secrets"], {
    cwd: root,
    env,
  });
  const outputs = z.object({ url: z.string(), inviteUrl: z.string() }).safeParse(JSON.parse(stdout));
  if (!outputs.success)
    throw new Error("The stack is not complete: its last update has not come to its end. Run: npm run dev");
  const { url, inviteUrl } = outputs.data;
  const dispatcher = new ProxyAgent({ uri: proxyUrl, requestTls: { ca: await readFile(caFile) } });
  try {
    const { body } = await request(`${url}/api/health`, { dispatcher, headersTimeout: 10_000 });
    const { bootstrapStatus } = healthShape.parse(await body.json());
    return bootstrapStatus === "bootstrap_pending" ? inviteUrl : url;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${url} does not answer (${reason}). Look why: npm run dev -- doctor`);
  } finally {
    await dispatcher.close();
  }
}
