import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse as parseToml } from "smol-toml";
import { describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { flyTomlText } from "../../../../components/fly/flyToml.ts";
import { secretNameProblem } from "../../../../components/settings/secretNames.ts";
import { lists, type Variable, variables } from "../../../../components/settings/variables.ts";

const root = join(import.meta.dirname, "../../../..");
const textOf = (path: string) => readFileSync(join(root, path), "utf8");
const rows = Object.entries<Variable>(variables);

/** The files of docker/ with this ending, as paths from the root. */
const filesOf = (end: string, folder = "docker") =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(end) && !path.includes("node_modules"))
    .map((path) => join(folder, path));

const found = (text: string, ...patterns: RegExp[]) =>
  patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([, name = ""]) => name));

const name = "[A-Z_][A-Z0-9_]*";

/** The names in capitals that a script reads, sets or passes on, without those in its comments and in its SQL. */
function namesOfScript(script: string): string[] {
  const text = script.replaceAll(/<<'SQL'[\s\S]*?\nSQL\n/g, "\n").replaceAll(/(^|\s)#.*$/gm, "");
  return found(
    text,
    new RegExp(`\\$\\{?[!#]?(${name})\\b`, "g"),
    new RegExp(`(?:^|[\\s("'])(${name})\\+?=`, "gm"),
    // for name in …, export …, unset …, read …
  ).concat(
    found(text, /^\s*(?:for \w+ in|export(?: -n)?|unset|readonly|local|read) (.*)$/gm).flatMap((words) =>
      words.split(/[\s;"]+/).filter((word) => new RegExp(`^${name}$`).test(word)),
    ),
  );
}

const namesOfModule = (text: string) => [
  ...found(text, new RegExp(`\\benv\\.(${name})\\b`, "g")),
  ...found(text, /const \{([^}]*)\} = (?:process\.)?env;/g).flatMap((list) =>
    found(list, new RegExp(`(${name})`, "g")),
  ),
];

/** Words of iptables, an argument that Docker passes to a build, and what `tailscale serve` replaces by the address that was asked for. */
const noVariables = ["REJECT", "DROP", "BUILDPLATFORM", "REQUEST_URI"];

/** Each name with the file that uses it. */
const used = [
  ...filesOf(".sh").flatMap((file) => namesOfScript(textOf(file)).map((one) => [one, file] as const)),
  ...filesOf(".pl").flatMap((file) =>
    found(textOf(file), /\$ENV\{(\w+)\}/g).map((one) => [one, file] as const),
  ),
  ...[...filesOf(".js"), ...filesOf(".mjs")].flatMap((file) =>
    namesOfModule(textOf(file)).map((one) => [one, file] as const),
  ),
  ...found(textOf("docker/Dockerfile"), /^ENV (\w+)=/gm).map((one) => [one, "docker/Dockerfile"] as const),
];

const isExtra = (one: string) => rows.some(([row, { from }]) => row === one && from === "extraSecrets");

describe("every variable of the image", () => {
  test("is found in each kind of file that can have one", () => {
    const files = (one: string) => used.filter(([found]) => found === one).map(([, file]) => file);
    expect(files("PAPERCLIP_STOP_SECONDS")).toContain("docker/start.sh");
    expect(files("TRUST_PROXY")).toContain("docker/lib/server.sh");
    expect(files("TEMP")).toContain("docker/lib/asAgent.sh");
    expect(files("PORT")).toContain("docker/lib/holdPort.pl");
    expect(files("CODEX_HOME")).toContain("docker/server/programs.js");
    expect(files("ANTHROPIC_BASE_URL")).toContain("docker/server/outgoing.js");
    expect(files("TAILNET_PORTS")).toEqual(
      expect.arrayContaining(["docker/Dockerfile", "docker/lib/tailnet.sh"]),
    );
  });

  test("is a row of the table or one of bash's, so that extraSecrets cannot take its name unless the row says so", () => {
    const free = used.filter(([one]) => !isExtra(one) && secretNameProblem(one) === undefined);
    expect(free.filter(([one]) => !noVariables.includes(one))).toEqual([]);
  });

  test("whose name has no capitals is one of the scripts' own, and extraSecrets cannot take it either", () => {
    const own = filesOf(".sh").flatMap((file) => found(textOf(file), /(?:^|[\s(])([a-z_][a-z0-9_]*)\+?=/gm));
    expect(own.length).toBeGreaterThan(100);
    expect(own.filter((one) => secretNameProblem(one) === undefined)).toEqual([]);
  });
});

describe("the table", () => {
  const settings = {
    appName: "acme-paperclip",
    region: "ams",
    size: "shared-cpu-1x",
    memoryMb: 1024,
    tailnet: "tail1234.ts.net",
    agents: ["claude"],
    tools: ["base"],
    agentsAtOnce: 2,
    attachmentLimitMb: 50,
    device: {
      controlServer: "https://headscale.example",
      https: true,
      userspace: false,
      ssh: false,
      logs: false,
    },
    offerClaudeToken: false,
    extraSecretNames: ["GITHUB_TOKEN"],
  };
  const namesFrom = (origin: Variable["from"]) =>
    rows.filter(([, { from }]) => from === origin).map(([row]) => row);

  test("names what fly.toml sets, no more and no less", () => {
    const { env } = parseToml(flyTomlText(settings)) as unknown as { env: Record<string, string> };
    expect(Object.keys(env).sort()).toEqual(namesFrom("fly.toml").sort());
  });

  test("names what the Dockerfile sets", () => {
    expect(found(textOf("docker/Dockerfile"), /^ENV (\w+)=/gm).sort()).toEqual(namesFrom("image").sort());
  });

  test("names what server.sh gives the server", () => {
    const [, environment = ""] =
      /server_environment\(\) \{([\s\S]*?)\n\}/.exec(textOf("docker/lib/server.sh")) ?? [];
    const given = found(environment.replaceAll(/^\s*#.*$/gm, ""), /(?:^\s*|\()([A-Z_]+)=/gm);
    // `as` gives LANG to every program.
    const expected = rows.filter(
      ([row, { from, readers }]) => from === "start" && readers.includes("server") && row !== "LANG",
    );
    const byItself = ["PAPERCLIP_PG_DUMP_PATH"];
    expect([...given, ...byItself].sort()).toEqual(expected.map(([row]) => row).sort());
  });

  test("has only rows that the image uses or that Paperclip itself reads", () => {
    const names = new Set([...used.map(([one]) => one), ...lists.serverPlain, ...lists.serverSecrets]);
    expect(rows.map(([row]) => row).filter((row) => !names.has(row) && !isExtra(row))).toEqual([]);
  });

  test("names only settings that exist", () => {
    const { config } = parseYaml(textOf("Pulumi.yaml")) as { config: object };
    const named = rows.flatMap(([, { setting }]) => (setting ? [setting] : []));
    expect(Object.keys(config)).toEqual(expect.arrayContaining(named));
  });

  test("gives agents no secret but the credentials", () => {
    const secrets = lists.agentsInherit.filter((one) => variables[one].from === "secret");
    expect(secrets).toEqual(lists.credentials);
  });
});
