/** What the fixes of settings do when a person types them: asked of the pulumi that is on the PATH. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stringify } from "yaml";
import { settings } from "../../components/settings/table.ts";
import { checkRawConfig } from "../../program/settings.ts";
import { anthropicKey, claudeToken } from "../support/credentials.ts";
import { toolchain } from "../support/toolchain.ts";

let folder: string;
let env: Record<string, string>;
/** What a new stack's file has, which is how its secrets are encrypted. */
let newStack: string;

const stackFile = () => join(folder, "Pulumi.test.yaml");
const type = (command: string, input = "") => execa("sh", ["-c", command], { cwd: folder, env, input });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pulumi-config-"));
  env = {
    PATH: toolchain().path,
    PULUMI_HOME: folder,
    PULUMI_BACKEND_URL: `file://${folder}`,
    PULUMI_CONFIG_PASSPHRASE: "test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
  await writeFile(join(folder, "Pulumi.yaml"), await readFile("Pulumi.yaml"));
  await type("pulumi stack init test --non-interactive");
  newStack = await readFile(stackFile(), "utf8");
});

afterAll(() => rm(folder, { recursive: true }));

/** The configuration as the engine hands it over: with Pulumi.yaml's defaults, and decrypted. */
async function mistakes() {
  const { stdout } = await type("pulumi config --json --show-secrets");
  const found = Object.entries(JSON.parse(stdout) as Record<string, { value: string; secret: boolean }>);
  const values = Object.fromEntries(found.map(([key, { value }]) => [key, value]));
  const secretKeys = new Set(found.filter(([, { secret }]) => secret).map(([key]) => key));
  return checkRawConfig("paperclip", { values, secretKeys }).mistakes;
}

async function configure(config: Record<string, unknown>): Promise<void> {
  const given = { region: "ams", tailnet: "tail1234.ts.net", ...config };
  const full = Object.fromEntries(Object.entries(given).map(([key, value]) => [`paperclip:${key}`, value]));
  await writeFile(stackFile(), newStack + stringify({ config: full }));
}

/** What a person pastes where a command asks for a value. */
const pasted = (fix: string) => (fix.includes("claudeToken") ? claudeToken("typed") : anthropicKey("typed"));

/** A setting that takes any text has no mistakes. */
const nonsense = settings
  .map(({ key }) => [key, "?!", {}] as const)
  .filter(([key, value]) => {
    const raw = { values: { [`paperclip:${key}`]: value }, secretKeys: new Set<string>() };
    return checkRawConfig("paperclip", raw).mistakes.some(({ what }) => what.startsWith(`${key} `));
  });

test("a stack that sets what is required has no mistakes", async () => {
  await configure({});
  expect(await mistakes()).toEqual([]);
});

test.each<readonly [key: string, value: unknown, others: Record<string, unknown>]>([
  ...nonsense,
  ["memory", "1gb", { size: "performance-2x" }],
  ["memory", "64gb", {}],
  ["tags", [], {}],
  ["tags", ["wrong"], {}],
  ["tags", ["tag:a", "wrong"], {}],
  ["agents", ["codex"], {}],
  ["tools", ["native"], {}],
  ["volumeLimit", "3gb", {}],
  ["imageBuildArgs", [1], {}],
  ["extraSecrets", ["x"], {}],
  ["extraSecrets", { TOKEN: "x", "other.token": "y" }, {}],
  ["extraSecrets", { PATH: "x" }, {}],
  ["extraSecrets", { "my.token": "x" }, {}],
  ["extraSecrets", { "it's": "x" }, {}],
  ["memroy", "1gb", {}],
])("%s: %j %j is put right by typing what the mistakes say", async (key, value, others) => {
  await configure({ ...others, [key]: value });
  const found = await mistakes();
  expect(found).not.toEqual([]);
  for (const fix of new Set(found.map((mistake) => mistake.fix))) await type(fix, pasted(fix));
  expect(await mistakes()).toEqual([]);
});

test("a build argument that is typed as true is one, though Pulumi makes a boolean of it", async () => {
  await configure({});
  await type("pulumi config set --path imageBuildArgs.AGENT_SANDBOXES true");
  expect(await mistakes()).toEqual([]);
});
