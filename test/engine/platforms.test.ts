import { existsSync } from "node:fs";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { Agent, request } from "undici";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Anthropic, anthropicName, startAnthropic } from "../../local/anthropic/anthropic.ts";
import type { LocalInternet } from "../../local/internet/internet.ts";
import { startPlatform } from "../../local/platform/platform.ts";
import { toolchain } from "../support/toolchain.ts";

const folders: string[] = [];
const started: Started[] = [];

const removeAll = async () => {
  for (const folder of folders.splice(0)) await (await startPlatform(folder, toolchain())).remove();
};
afterAll(removeAll);

interface Started {
  env: Record<string, string>;
  /** The address of each name that this host answers for. */
  addresses: Record<string, string>;
}

/** Starts a platform as `npm run dev` does, in a process of its own. */
async function startElsewhere(): Promise<Started> {
  const folder = await mkdtemp(join(tmpdir(), "paperclip-on-fly-platform-"));
  folders.push(folder);
  const script = `
    import { startPlatform } from "${join(import.meta.dirname, "../../local/platform/platform.ts")}";
    const { env, internet } = await startPlatform(${JSON.stringify(folder)}, ${JSON.stringify(toolchain())}, "new", ["${anthropicName}"]);
    console.log(JSON.stringify({ env, addresses: internet.addresses }));`;
  const { stdout } = await execa(process.execPath, ["--input-type=module-typescript", "--eval", script], {
    env: { PATH: toolchain().path },
  });
  return JSON.parse(stdout) as Started;
}

test("platforms that start at the same moment have addresses of their own, and each knows its own credentials", async () => {
  const all = await Promise.all([startElsewhere(), startElsewhere(), startElsewhere()]);
  expect(new Set(all.map(({ env }) => env.FLY_API_BASE_URL)).size).toBe(all.length);
  started.push(...all);
  for (const { TAILSCALE_BASE_URL, TAILSCALE_API_KEY } of all.map(({ env }) => env)) {
    const answer = await fetch(`${TAILSCALE_BASE_URL}/api/v2/tailnet/-/keys`, {
      headers: { authorization: `Bearer ${TAILSCALE_API_KEY}` },
    });
    expect(answer.status).toBe(200);
  }
});

describe("each has an Anthropic of its own", () => {
  const scripts = join(import.meta.dirname, "../../local/anthropic/scripts");
  const key = "sk-ant-api03-of-all";
  let internets: LocalInternet[];
  let anthropics: Anthropic[];

  beforeAll(async () => {
    const platforms = await Promise.all(
      folders.map((folder) => startPlatform(folder, toolchain(), "new", [anthropicName])),
    );
    internets = platforms.map(({ internet }) => internet);
    // Only the first one's knows the key.
    anthropics = await Promise.all(
      internets.map((internet, index) =>
        startAnthropic({
          internet,
          scripts,
          credentials: index === 0 ? [{ name: "the first's", kind: "api-key", value: key }] : [],
        }),
      ),
    );
  });

  afterAll(async () => {
    for (const anthropic of anthropics ?? []) await anthropic.stop();
  });

  /** Asks the Anthropic of one platform, and trusts the authority of another. */
  async function ask(to: number, trusted: number): Promise<number | string> {
    const ca = await readFile(internets[trusted]?.caFile ?? "");
    const dispatcher = new Agent({ connect: { servername: anthropicName, ca } });
    const headers = { host: anthropicName, "x-api-key": key };
    const url = `https://${internets[to]?.addresses[anthropicName]}/v1/models?limit=1`;
    const answer = await request(url, { dispatcher, headers }).catch((error: Error) => error);
    await dispatcher.close();
    return answer instanceof Error ? answer.message : answer.statusCode;
  }

  test("that answers at an address of its own as api.anthropic.com", async () => {
    const all = internets.map(({ addresses }) => addresses[anthropicName]);
    expect(new Set(all)).toEqual(new Set(started.map(({ addresses }) => addresses[anthropicName])));
    expect(new Set(all).size).toBe(3);
    expect(await Promise.all([ask(0, 0), ask(1, 1), ask(2, 2)])).toEqual([200, 401, 401]);
  });

  test("and no machine of another platform's would believe it", async () => {
    expect(await ask(0, 1)).toMatch(/certificate/);
  });
});

test("when they are removed, nothing of their networks, their files and what listened there is left", async () => {
  const all = started.map(({ addresses }) => addresses[anthropicName] ?? "");
  const kept = folders.slice();
  await removeAll();
  const { stdout } = await execa("docker", ["network", "ls", "--quiet"]);
  const networks = await execa("docker", ["network", "inspect", ...stdout.split("\n")]);
  const { all: relays } = await execa("docker", ["ps", "--all", "--filter", "label=paperclip.internet"], {
    all: true,
  });
  for (const address of all) {
    expect(networks.stdout).not.toContain(`"${address}"`);
    expect(relays).not.toContain(address);
    await expect(request(`https://${address}/`)).rejects.toThrow();
  }
  expect(kept.filter((folder) => existsSync(folder))).toEqual([]);
});
