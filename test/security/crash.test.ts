import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { root } from "../engine/testStack.ts";
import { Evidence } from "../support/evidence.ts";
import { startRegistry } from "../support/imageRegistry.ts";
import { toolchain } from "../support/toolchain.ts";

/** What is left behind when a verb that holds secrets is killed or fails. */
const secret = "fo1_5e1b9c0d7f2a4e6881c3d5f7a9b0c2d4";
const secrets = new Map([["the secret", secret]]);

let folder: string;
let environment: Record<string, string>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "paperclip-on-fly-crash-"));
  environment = {
    PATH: toolchain().path,
    HOME: folder,
    TMPDIR: folder,
    DOCKER_CONFIG: join(folder, "docker"),
  };
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const verb = (words: string, env: Record<string, string>, input = "") =>
  execa("node", ["components/verb.ts", words], {
    cwd: root,
    env: { ...environment, ...env },
    input,
    all: true,
    reject: false,
  });

async function left(output = ""): Promise<string[]> {
  const evidence = new Evidence();
  await evidence.addFolder("files", folder);
  evidence.add("output", "of the verb", output);
  return evidence.hits(secrets);
}

/** Has an image in the local daemon while the work runs. */
async function withImage(registry: string, work: (name: string) => Promise<void>) {
  const name = `${registry}/app:latest`;
  await execa("docker", ["import", "--message", "empty", "-", name], { input: Buffer.alloc(10_240) });
  try {
    await work(name);
  } finally {
    await execa("docker", ["image", "rm", name]);
  }
}

const push = (name: string) =>
  verb("fly/image create", { APP: "app", IMAGE_NAME: name, FLY_API_TOKEN: `FlyV1 ${secret}` });

test("a push that succeeds returns the image by its digest, and leaves nothing behind", async () => {
  const { address, stop } = await startRegistry();
  try {
    await withImage(address, async (name) => {
      const { exitCode, stdout, all } = await push(name);
      expect(exitCode, all).toBe(0);
      const { image } = JSON.parse(stdout);
      expect(image).toMatch(new RegExp(`^${address}/app@sha256:[0-9a-f]{64}$`));
      const accept = "application/vnd.docker.distribution.manifest.v2+json";
      const manifest = await fetch(`http://${address}/v2/app/manifests/${image.split("@")[1]}`, {
        headers: { accept },
      });
      expect(manifest.status).toBe(200);
      expect(await left(all)).toEqual([]);
    });
  } finally {
    await stop();
  }
});

describe("a push that is killed has given Docker the token and left it nowhere", () => {
  let registry: Server;
  let authorization: Promise<string>;

  /** A registry that asks for credentials, accepts them, and then never answers any other request. */
  beforeEach(async () => {
    authorization = new Promise((resolve) => {
      registry = createServer(({ headers, url }, response) => {
        if (!headers.authorization)
          response.writeHead(401, { "www-authenticate": 'Basic realm="registry"' }).end();
        else if (url === "/v2/") response.end("{}");
        else resolve(headers.authorization);
      });
    });
    await new Promise<void>((resolve) => registry.listen(0, "127.0.0.1", resolve));
  });

  afterEach(() => {
    registry.closeAllConnections();
    registry.close();
  });

  test.each(["SIGINT", "SIGKILL"] as const)("by %s", async (signal) => {
    await withImage(`127.0.0.1:${(registry.address() as AddressInfo).port}`, async (name) => {
      const running = push(name);
      expect(await authorization).toBe(`Basic ${Buffer.from(`x:${secret}`).toString("base64")}`);
      expect(await left()).toEqual([]);
      running.kill(signal);
      // The docker of the killed verb loses its connection, and ends.
      registry.closeAllConnections();
      registry.close();
      const { all, exitCode } = await running;
      expect(exitCode).not.toBe(0);
      expect(await left(all)).toEqual([]);
    });
  });
});

describe("a verb that fails says nothing of its secrets", () => {
  test("when what it gets is cut off", async () => {
    const { exitCode, all } = await verb("fly/secrets create", { APP: "app" }, `{"TOKEN":"${secret}`);
    expect(exitCode).toBe(1);
    expect(all).toContain("is not JSON");
    expect(await left(all)).toEqual([]);
  });

  test("when it gets something other than texts", async () => {
    const { exitCode, all } = await verb("fly/secrets create", { APP: "app" }, `{"TOKEN":["${secret}"]}`);
    expect(exitCode).toBe(1);
    expect(await left(all)).toEqual([]);
  });

  test("when flyctl reaches no server, even if it was told to log everything", async () => {
    const nowhere = "http://127.0.0.1:1";
    const { exitCode, all } = await verb(
      "fly/secrets create",
      {
        APP: "app",
        FLY_API_TOKEN: "fo1_test",
        FLY_API_BASE_URL: nowhere,
        FLY_FLAPS_BASE_URL: nowhere,
        FLY_UIEX_BASE_URL: nowhere,
        LOG_LEVEL: "debug",
        FLYCTL_OUTPUT_HAR: join(folder, "requests.har"),
      },
      JSON.stringify({ TOKEN: secret }),
    );
    expect(exitCode).toBe(1);
    expect(all).toContain("connection refused");
    expect(await left(all)).toEqual([]);
  });
});
