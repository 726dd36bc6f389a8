import { createHash } from "node:crypto";
import { once } from "node:events";
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "tar";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { officialPrograms } from "../../../../local/toolchain/official.ts";

let folder: string;
let archive: Buffer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "official-test-"));
  vi.stubEnv("XDG_CACHE_HOME", join(folder, "cache"));
  for (const name of ["HTTP_PROXY", "http_proxy"]) vi.stubEnv(name, undefined);
  await mkdir(join(folder, "tool/bin"), { recursive: true });
  await writeFile(join(folder, "tool/bin/tool"), "#!/bin/sh\necho the tool\n", { mode: 0o755 });
  await create({ cwd: folder, file: join(folder, "tool.tar.gz"), gzip: true }, ["tool"]);
  archive = await readFile(join(folder, "tool.tar.gz"));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function served<T>(work: (url: string) => Promise<T>): Promise<T> {
  const server = createServer((_, response) => response.end(archive)).listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    return await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}/tool.tar.gz`);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

const sha256 = () => createHash("sha256").update(archive).digest("hex");

test("an official archive is unpacked, and its programs are where the pin says", async () => {
  const programs = await served((url) =>
    officialPrograms({ url, sha256: sha256(), programs: ["tool/bin/tool"] }),
  );
  await access(join(programs ?? "", "tool"));
});

test("an archive without the program that the pin names is an error", async () => {
  const missing = served((url) => officialPrograms({ url, sha256: sha256(), programs: ["tool/bin/other"] }));
  await expect(missing).rejects.toThrow("ENOENT");
});

test("a wrong checksum is an error and no reason to take a stand-in instead", async () => {
  const wrong = served((url) =>
    officialPrograms({ url, sha256: "0".repeat(64), programs: ["tool/bin/tool"] }),
  );
  await expect(wrong).rejects.toThrow("not the file that was pinned");
});

test("a server that cannot be reached leaves the choice to another way", async () => {
  const url = "http://downloads.invalid/tool.tar.gz";
  expect(await officialPrograms({ url, sha256: sha256(), programs: ["tool/bin/tool"] })).toBeUndefined();
});
