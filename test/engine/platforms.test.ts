import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, expect, test } from "vitest";
import { startPlatform } from "../../local/platform/platform.ts";
import { toolchain } from "../support/toolchain.ts";

const folders: string[] = [];

afterAll(async () => {
  for (const folder of folders) await (await startPlatform(folder, toolchain())).remove();
});

/** Starts a platform as `npm run dev` does, in a process of its own, and returns its environment. */
async function startElsewhere(): Promise<Record<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), "paperclip-on-fly-platform-"));
  folders.push(folder);
  const script = `
    import { startPlatform } from "${join(import.meta.dirname, "../../local/platform/platform.ts")}";
    const { env } = await startPlatform(${JSON.stringify(folder)}, ${JSON.stringify(toolchain())});
    console.log(JSON.stringify(env));`;
  const { stdout } = await execa(process.execPath, ["--input-type=module-typescript", "--eval", script], {
    env: { PATH: toolchain().path },
  });
  return JSON.parse(stdout) as Record<string, string>;
}

test("platforms that start at the same moment have addresses of their own, and each knows its own credentials", async () => {
  const all = await Promise.all([startElsewhere(), startElsewhere(), startElsewhere()]);
  expect(new Set(all.map(({ FLY_API_BASE_URL }) => FLY_API_BASE_URL)).size).toBe(all.length);
  for (const { TAILSCALE_BASE_URL, TAILSCALE_API_KEY } of all) {
    const answer = await fetch(`${TAILSCALE_BASE_URL}/api/v2/tailnet/-/keys`, {
      headers: { authorization: `Bearer ${TAILSCALE_API_KEY}` },
    });
    expect(answer.status).toBe(200);
  }
});
