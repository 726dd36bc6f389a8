import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { z } from "zod";

const folder = new URL("../../../docker/", import.meta.url);
const read = async (file: string) => JSON.parse(await readFile(new URL(file, folder), "utf8")) as unknown;

/** Earlier versions have known critical advisories. */
const least = [2026, 416, 0];

const isNewEnough = (version: string) => {
  const parts = version.split(".").map(Number);
  const different = least.findIndex((number, index) => number !== parts[index]);
  return different < 0 || (parts[different] ?? 0) > (least[different] ?? 0);
};

test.each(["2026.415.9", "2025.916.1", "2026.325.0"])("Paperclip %s is refused", (version) => {
  expect(isNewEnough(version)).toBe(false);
});

test("the image's Paperclip is pinned to one version, which is none of those with known critical advisories", async () => {
  const shape = z.object({ dependencies: z.object({ paperclipai: z.string().regex(/^\d+\.\d+\.\d+$/) }) });
  const { paperclipai } = shape.parse(await read("package.json")).dependencies;
  expect(isNewEnough(paperclipai)).toBe(true);
  const lock = z.object({ packages: z.record(z.string(), z.object({ version: z.string().optional() })) });
  const { packages } = lock.parse(await read("package-lock.json"));
  const locked = Object.entries(packages).filter(([path]) =>
    /(^|\/)(paperclipai|@paperclipai\/server)$/.test(path),
  );
  expect(locked.length).toBeGreaterThanOrEqual(2);
  for (const [path, { version = "" }] of locked)
    expect(isNewEnough(version), `${path}@${version}`).toBe(true);
});
