/** The image as a computer of another architecture builds it. Programs are emulated there, and can die through no fault of their own. */
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PaperclipClient } from "../../local/people/paperclipClient.ts";
import { appName, Machine, tailnet } from "../support/machine.ts";
import { buildPaperclip } from "../support/paperclipImage.ts";

const apple = { BUILDPLATFORM: "linux/arm64" };
const images: string[] = [];
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "emulated-"));
});

afterAll(async () => {
  if (images.length > 0) await execa("docker", ["image", "rm", "--force", ...images], { reject: false });
  await rm(folder, { recursive: true, force: true });
});

/** Accidents in a build: texts in files of docker/, and their replacements. */
type Events = readonly (readonly [file: string, text: string, becomes: string])[];

async function contextWith(events: Events): Promise<string> {
  const context = await mkdtemp(join(folder, "context-"));
  await cp(join(import.meta.dirname, "../../docker"), context, { recursive: true });
  for (const [file, text, becomes] of events) {
    const parts = (await readFile(join(context, file), "utf8")).split(text);
    expect(parts, `${file} has "${text}"`).toHaveLength(2);
    await writeFile(join(context, file), parts.join(becomes));
  }
  return context;
}

async function build(events: Events, args: Record<string, string>): Promise<string> {
  const image = await buildPaperclip(await contextWith(events), args);
  images.push(image);
  return image;
}

/** Kills the first step as soon as it begins, as qemu kills a program: "uncaught target signal 11". */
const endedEachTime: Events = [
  ["build/template.sh", "make_cluster() {\n", "make_cluster() {\n  kill -SEGV $$\n"],
];

/** Kills each step once, after it has left something behind: a running database, or one with rows of the rehearsal. */
const endedOnce: Events = [
  [
    "build/template.sh",
    "  # As the server does,",
    "  if mkdir /tmp/ended; then kill -SEGV $$; fi\n  # As the server does,",
  ],
  [
    "build/makeCache.js",
    "writeFileSync(cache,",
    'const { existsSync } = await import("node:fs");\nif (!existsSync("/tmp/ended-too")) { writeFileSync("/tmp/ended-too", ""); process.kill(process.pid, "SIGSEGV"); }\nwriteFileSync(cache,',
  ],
];

const made = [
  "/usr/local/share/paperclip-on-fly/template.tar.zst",
  "/usr/local/lib/paperclip/node_modules/@paperclipai/server/dist/server.cache",
];

/** Which of the template and the code cache an image has. */
async function has(image: string): Promise<string[]> {
  const { stdout } = await execa("docker", [
    "run",
    "--rm",
    image,
    "sh",
    "-c",
    `ls ${made.join(" ")} || true`,
  ]);
  return stdout
    .split("\n")
    .filter((line) => made.includes(line))
    .sort();
}

test("an image whose first build step dies each time has no template and no code cache, and its machine starts all the same", async () => {
  const image = await build(endedEachTime, apple);
  expect(await has(image)).toEqual([]);
  const machine = await Machine.start(image);
  try {
    await machine.healthy();
    expect(await machine.logs()).toContain("making the database cluster without a template");
    const person = new PaperclipClient(await machine.url(), `https://${appName}.${tailnet}`);
    await person.becomeAdministrator(await machine.exec("paperclip-invite"));
    const { id } = await person.ok<{ id: string }>("POST", "/api/companies", { name: "Acme" });
    expect(await machine.stop()).toBe(0);
    await machine.startAgain();
    await machine.healthy();
    const again = person.at(await machine.url());
    expect(await again.ok("GET", `/api/companies/${id}`)).toMatchObject({ name: "Acme" });
  } finally {
    await machine.remove();
  }
});

test("an image whose build steps die once has both", async () => {
  expect(await has(await build(endedOnce, apple))).toEqual([...made].sort());
});

test("on its own architecture a step that dies ends the build", async () => {
  await expect(build(endedEachTime, {})).rejects.toThrow("exit code: 139");
});

test("an invitation that Paperclip does not know ends the build, emulated or not", async () => {
  const another: Events = [["lib/invite.sh", "sha256(:'token')", "sha256('another')"]];
  await expect(build(another, apple)).rejects.toThrow("exit code: 65");
});
