import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { download, UnreachableError } from "../../../../local/toolchain/download.ts";

const content = "an archive, in a manner of speaking";
const sha256 = createHash("sha256").update(content).digest("hex");
const fast = { retryDelay: 1, idleTimeout: 500 };

let cache: string;
let servers: Server[];
let asked: string[];

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), "download-test-"));
  vi.stubEnv("XDG_CACHE_HOME", cache);
  for (const name of ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"]) {
    vi.stubEnv(name, undefined);
    vi.stubEnv(name.toLowerCase(), undefined);
  }
  servers = [];
  asked = [];
});

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const server of servers) server.close();
  for (const server of servers) server.closeAllConnections();
  await rm(cache, { recursive: true });
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    listener(request, response);
  });
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const wholeFile: RequestListener = (_, response) => response.end(content);

describe("a download", () => {
  test("arrives and is found in the cache the second time", async () => {
    const url = `${await serve(wholeFile)}/tool.tar.gz`;
    const file = await download({ url, sha256 }, fast);
    expect(await readFile(file, "utf8")).toBe(content);
    expect(await download({ url, sha256 }, fast)).toBe(file);
    expect(asked).toEqual(["/tool.tar.gz"]);
  });

  test("wanted by two processes at once is made once", async () => {
    const url = `${await serve(wholeFile)}/tool.tar.gz`;
    const files = await Promise.all([download({ url, sha256 }, fast), download({ url, sha256 }, fast)]);
    expect(files[0]).toBe(files[1]);
    expect(asked).toHaveLength(1);
  });

  test("with a wrong checksum is refused, named, and not kept", async () => {
    const url = `${await serve(wholeFile)}/tool.tar.gz`;
    await expect(download({ url, sha256: "0".repeat(64) }, fast)).rejects.toThrow(
      `has the checksum ${sha256}`,
    );
    expect(await readdir(join(cache, "paperclip-on-fly/downloads"))).toEqual([]);
  });

  test("that is cut off is tried again", async () => {
    let tries = 0;
    const url = await serve((request, response) => {
      tries += 1;
      if (tries > 1) return void wholeFile(request, response);
      response.writeHead(200, { "content-length": String(content.length) });
      response.write(content.slice(0, 10), () => response.destroy());
    });
    expect(await readFile(await download({ url: `${url}/tool.tar.gz`, sha256 }, fast), "utf8")).toBe(content);
    expect(tries).toBe(2);
  });

  test("that is cut off every time fails and says so, and nothing is kept", async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write("x", () => response.destroy());
    });
    await expect(download({ url: `${url}/tool.tar.gz`, sha256 }, fast)).rejects.toThrow("was cut off");
    expect(asked).toHaveLength(3);
    expect(await readdir(join(cache, "paperclip-on-fly/downloads"))).toEqual([]);
  });

  test("that stalls is given up and tried again", async () => {
    let tries = 0;
    const url = await serve((request, response) => {
      tries += 1;
      if (tries > 1) return void wholeFile(request, response);
      response.writeHead(200, { "content-length": "1000" });
      response.write("x");
    });
    expect(await readFile(await download({ url: `${url}/tool.tar.gz`, sha256 }, fast), "utf8")).toBe(content);
  });

  test("that the server does not have is an error and not tried again", async () => {
    const url = await serve((_, response) => response.writeHead(404).end());
    await expect(download({ url: `${url}/tool.tar.gz`, sha256 }, fast)).rejects.toThrow("answered HTTP 404");
    expect(asked).toHaveLength(1);
  });
});

describe("where the server cannot be reached, the error says so, so that another way can be taken", () => {
  test("with a closed port", async () => {
    const url = await serve(wholeFile);
    await new Promise((resolve) => servers[0]?.close(resolve));
    await expect(download({ url: `${url}/tool.tar.gz`, sha256 }, fast)).rejects.toThrow(UnreachableError);
  });

  test("with a name that does not resolve", async () => {
    const url = "http://downloads.invalid/tool.tar.gz";
    await expect(download({ url, sha256 }, fast)).rejects.toThrow(UnreachableError);
  });

  test("with a firewall that answers 403", async () => {
    const url = await serve((_, response) => response.writeHead(403).end());
    await expect(download({ url: `${url}/tool.tar.gz`, sha256 }, fast)).rejects.toThrow(UnreachableError);
  });
});

describe("the proxy settings of the environment", () => {
  test("lead a download through the proxy, which alone can resolve the name", async () => {
    vi.stubEnv("HTTP_PROXY", await serve(wholeFile));
    const url = "http://downloads.invalid/tool.tar.gz";
    expect(await readFile(await download({ url, sha256 }, fast), "utf8")).toBe(content);
    expect(asked).toEqual([url]);
  });

  test("are not used for hosts that NO_PROXY names", async () => {
    const url = await serve(wholeFile);
    vi.stubEnv("HTTP_PROXY", "http://127.0.0.1:9");
    vi.stubEnv("NO_PROXY", "127.0.0.1");
    await download({ url: `${url}/tool.tar.gz`, sha256 }, fast);
    expect(asked).toEqual(["/tool.tar.gz"]);
  });
});
