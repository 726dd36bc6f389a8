/** The image is the same from every checkout, whatever its umask. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { settleModes } from "../../components/image/contextModes.ts";
import { checkOut, repositoryOf } from "../support/checkouts.ts";
import { buildPaperclip } from "../support/paperclipImage.ts";

let folder: string;
let repository: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "image-checkouts-"));
  repository = await repositoryOf(folder, [".gitattributes", "docker"]);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** The image's id, which is the digest of everything in it. */
async function built(umask: string): Promise<string> {
  const context = join(await checkOut(repository, join(folder, umask), { umask }), "docker");
  settleModes(context);
  const words = ["image", "inspect", "--format", "{{.Id}}", await buildPaperclip(context)];
  return (await execa("docker", words)).stdout;
}

test("checkouts under three umasks build one image", async () => {
  const usual = await built("022");
  expect(usual).toMatch(/^sha256:/);
  expect(await built("002")).toBe(usual);
  expect(await built("077")).toBe(usual);
});
