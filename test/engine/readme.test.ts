/**
 * A client's way through README, from nothing to nothing: its lines are typed exactly as printed, in a fresh checkout, on a local Fly.io.
 */
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Platform, startPlatform } from "../../local/platform/platform.ts";
import { tailnetDomain } from "../../local/platform/tailnet.ts";
import { checkOut, repositoryOf } from "../support/checkouts.ts";
import { anthropicKey } from "../support/credentials.ts";
import { pushTestImage } from "../support/testImage.ts";
import { toolchain } from "../support/toolchain.ts";
import { pages, shellBlocks, textOf, typedLines } from "../unit/docs/pages.ts";
import { callsOf } from "../unit/docs/typed.ts";
import { expectSuccess, type Run, root } from "./testStack.ts";

let folder: string;
let platform: Platform;
let checkout: string;
let env: Record<string, string>;

/** Replaces `acme`, so that no other test has an app of this name. */
const client = `c${randomBytes(3).toString("hex")}`;
const app = `paperclip-${client}`;

/** The program with an image that builds in a second. */
async function makeRepository(): Promise<string> {
  const base = await pushTestImage(`127.0.0.1:${platform.ports.registry}`, "serves");
  const apart = ["node_modules", ".git", ".local", "test", "test-results", "local", "bench", "docs"];
  const paths = (await readdir(root)).filter((name) => !apart.includes(name));
  return repositoryOf(folder, paths, async (made) => {
    await rm(join(made, "docker"), { recursive: true });
    await mkdir(join(made, "docker"));
    await writeFile(join(made, "docker/Dockerfile"), `FROM ${base}\n`);
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "readme-"));
  platform = await startPlatform(join(folder, "platform"), toolchain(), "full");
  checkout = await checkOut(await makeRepository(), join(folder, "checkout"), { umask: "022" });
  await symlink(join(root, "node_modules"), join(checkout, "node_modules"));
  await mkdir(join(folder, "state"));
  const { TAILSCALE_API_KEY, ...ofPlatform } = platform.env;
  env = {
    ...ofPlatform,
    ...platform.oauthClients.recommended,
    XDG_CACHE_HOME: join(folder, "cache"),
    PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: randomBytes(16).toString("hex"),
    // Stands for the person at the terminal, who says yes.
    PULUMI_SKIP_CONFIRMATIONS: "true",
    NO_COLOR: "1",
  };
});

afterAll(async () => {
  const filter = `reference=*/${app}`;
  const { stdout } = await execa("docker", ["image", "ls", "--quiet", "--filter", filter]);
  if (stdout)
    await execa("docker", ["image", "rm", "--force", ...new Set(stdout.split("\n"))], { reject: false });
  await platform?.remove();
  await rm(folder, { recursive: true, force: true });
});

/** Types a line of README with this client's values. Of npm's commands it runs the script, because the packages are there already. */
async function type(line: string, input = ""): Promise<Run> {
  const { scripts } = JSON.parse(textOf("package.json")) as { scripts: Record<string, string> };
  const typed = line
    .replace("ORGANIZATION", "personal")
    .replace("tail1234.ts.net", tailnetDomain)
    .replace("stack init acme", `stack init ${client}`)
    .replace("--app APP", `--app ${app} --no-tail`)
    .replace(/^npm run (\S+)/, (_, name: string) =>
      (scripts[name] ?? "false").replace("program/run.mjs ", ""),
    );
  const pulumi = 'pulumi() { command pulumi "$@" --non-interactive --color never; }';
  const options = { cwd: checkout, env, input, all: true, reject: false } as const;
  const { exitCode, all } = await execa("bash", ["-c", `${pulumi}; ${typed}`], options);
  return { exitCode, output: all };
}

const state = async () =>
  JSON.parse(await readFile(join(folder, `state/.pulumi/stacks/paperclip/${client}.json`), "utf8"));

const steps = shellBlocks("README.md")
  .filter(({ under }) => under.at(-1) === "From nothing to the open page")
  .flatMap(({ lines }) => lines);

test("the environment of the steps is what this test has from the local platform", () => {
  const exported = steps.filter((line) => line.startsWith("export ")).join(" ");
  const names = [...exported.matchAll(/(\w+)=/g)].map(([, name = ""]) => name);
  expect(names).toEqual(["FLY_API_TOKEN", "TAILSCALE_OAUTH_CLIENT_ID", "TAILSCALE_OAUTH_CLIENT_SECRET"]);
  expect(names.filter((name) => !env[name])).toEqual([]);
});

describe("the steps of a client", () => {
  const typed = steps.filter((line) => !line.startsWith("export ") && line !== "npm ci");
  const results: Record<string, string | RegExp> = {
    "pulumi up": /Resources:\s+\+ \d+ created/,
    // The link of the tiny image. The e2e tests open the real image's link.
    "pulumi stack output inviteUrl --show-secrets": new RegExp(`^https://${app}\\S+/invite/`),
    "pulumi stack output tailnetPolicy": '"group:paperclip"',
    "npm run doctor": "Fly.io's check passes",
  };

  test.each(typed)("%s", async (line) => {
    const run = await type(line, line.includes("--secret anthropicKey") ? anthropicKey("readme") : "");
    if (line !== "npm run doctor") expectSuccess(run);
    const result = results[line];
    if (result) expect(run.output).toMatch(result);
    // The one setting that a client with a tailnet of Tailscale does not need.
    if (line.includes("stack init"))
      expectSuccess(await type(`pulumi config set controlServer ${platform.tailnet.controlUrl}`));
  });

  test("include all those whose results are checked", () => {
    expect(Object.keys(results).filter((line) => !typed.includes(line))).toEqual([]);
  });
});

describe("day by day", () => {
  const table = textOf("README.md").split("## Day by day")[1]?.split("\n* ")[0] ?? "";
  const commands = [...table.matchAll(/^\|.*?`([^`]+)`/gm)].map(([, command = ""]) => command);

  test("the table has what is typed here, in this order", () => {
    expect(commands.map((line) => line.split(" ").slice(0, 3).join(" "))).toEqual([
      "pulumi up",
      "pulumi up --refresh",
      "npm run doctor",
      "flyctl logs --app",
      "flyctl machine exec",
      "flyctl machine exec",
      "flyctl ssh console",
      "pulumi destroy",
    ]);
  });

  test.each(["pulumi up", "pulumi up --refresh"])("%s changes nothing", async (line) => {
    const run = await type(line);
    expectSuccess(run);
    expect(run.output).toMatch(/Resources:\s+\d+ unchanged/);
  });

  test("the machine's log can be read, and a new invitation asked for", async () => {
    expectSuccess(await type(commands.find((line) => line.startsWith("flyctl logs")) ?? "false"));
    const invite = await type(commands.find((line) => line.includes("paperclip-invite")) ?? "false");
    expectSuccess(invite);
    expect(invite.output).toContain("/invite/");
  });

  test("pulumi destroy leaves nothing", async () => {
    expectSuccess(await type("pulumi destroy"));
    expect((await state()).checkpoint.latest.resources ?? []).toEqual([]);
    const { stdout } = await execa("flyctl", ["apps", "list", "--org", "personal", "--json"], { env });
    expect(JSON.parse(stdout)).toEqual([]);
  });
});

/** The command that pulumi's help describes, by its name and its aliases. For an unknown command, pulumi prints the help of its parent. */
function commandsOf(help: string): string[] {
  const [, usage = ""] = /^Usage:\n {2}pulumi ([a-z -]+)/m.exec(help) ?? [];
  const [, aliases = ""] = /^Aliases:\n {2}(.*)$/m.exec(help) ?? [];
  const words = usage.trim().split(" ");
  return [words.join(" "), ...aliases.split(", ").map((alias) => [...words.slice(0, -1), alias].join(" "))];
}

test("pulumi has every command and flag that the pages have somebody type", async () => {
  const lines = pages.flatMap(typedLines).filter((line) => /(^|[\s("])pulumi [a-z]/.test(line));
  const calls = lines
    .flatMap((line) => callsOf("pulumi", line))
    .filter(([first]) => /^[a-z-]+$/.test(first ?? ""));
  /** For each command, all the flags that it is given anywhere. */
  const wanted = new Map<string, Set<string>>();
  for (const [command = "", second = "", ...rest] of calls) {
    const isGroup = ["config", "stack", "state"].includes(command) && /^[a-z]/.test(second);
    const path = isGroup ? `${command} ${second}` : command;
    const flags = [second, ...rest]
      .filter((word) => word.startsWith("--"))
      .map((word) => word.split("=")[0] ?? "");
    wanted.set(path, new Set([...(wanted.get(path) ?? []), ...flags]));
  }
  expect(wanted.size).toBeGreaterThan(5);
  for (const [path, flags] of wanted) {
    const { stdout, exitCode } = await execa("pulumi", [...path.split(" "), "--help"], {
      env,
      reject: false,
    });
    expect(exitCode, path).toBe(0);
    expect(commandsOf(stdout), path).toContain(path);
    for (const flag of flags) expect(stdout, `pulumi ${path}`).toContain(flag);
  }
});
