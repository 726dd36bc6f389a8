import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { assumptions } from "../../../docker/build/assumptions.mjs";
import { failedAssumptions } from "../../../docker/build/compare.mjs";

type Row = Parameters<typeof failedAssumptions>[0][number];
const root = join(import.meta.dirname, "../../..");
const docker = join(root, "docker");
const text = (...path: string[]) => readFileSync(join(docker, ...path), "utf8");

/** What the check says about a row when the packages have these files. */
const said = (row: Partial<Row>, files: Record<string, string>) =>
  failedAssumptions(
    [
      {
        name: "doors are closed",
        ours: ["docker/server/door.js"],
        otherwise: "strangers come in",
        subject: "docker/build/assumptions/accounts.mjs",
        ...row,
      },
    ],
    { files: Object.keys(files), read: (path) => files[path] },
  );

const app = "@paperclipai/server/dist/app.js";

describe("an assumption about a file", () => {
  const row = { file: app, has: ["shut()", /lock\(\d\)/] };

  test("holds where the file has all of it", () => {
    expect(said(row, { [app]: "shut(); lock(2);" })).toEqual([]);
  });

  test.each([
    ["a text is gone", "lock(2);", "app.js does not have: shut()"],
    ["a pattern matches no more", "shut(); lock(two);", "app.js does not have: /lock\\(\\d\\)/"],
    ["the file is gone", undefined, "app.js does not exist"],
  ])("is told, where %s, by its name, with the file to look at and what would happen", (_, has, what) => {
    const [message = "", ...others] = said(row, has === undefined ? {} : { [app]: has });
    expect(others).toEqual([]);
    expect(message).toContain("docker/build/assumptions/accounts.mjs");
    expect(message).toContain("doors are closed");
    expect(message).toContain(what);
    expect(message).toContain("look at:   docker/server/door.js");
    expect(message).toContain("otherwise: strangers come in");
  });

  test("says where a text has moved to", () => {
    const moved = "@paperclipai/server/dist/doors.js";
    expect(said(row, { [app]: "lock(1)", [moved]: "shut()" })[0]).toContain(`(now in ${moved})`);
    expect(said(row, { [moved]: "shut()" })[0]).toContain(`app.js does not exist (now in ${moved})`);
  });

  test("has to hold in each copy of a package that is installed", () => {
    const acpx = { file: "acpx/dist/", has: ["LIMIT"] };
    const [one, two] = ["server", "adapter-utils"].map(
      (name) => `@paperclipai/${name}/node_modules/acpx/dist`,
    );
    expect(
      said(acpx, { [`${one}/a1.js`]: "", [`${one}/b1.js`]: "LIMIT", [`${two}/b2.js`]: "LIMIT" }),
    ).toEqual([]);
    expect(said(acpx, { [`${one}/b1.js`]: "LIMIT", [`${two}/b2.js`]: "" })[0]).toContain(
      "does not have: LIMIT",
    );
  });

  test("may be that it is there", () => {
    expect(said({ file: app }, { [app]: "" })).toEqual([]);
    expect(said({ file: app }, {})[0]).toContain("app.js does not exist");
  });
});

describe("an assumption about where something is done", () => {
  const loader = "@paperclipai/server/dist/services/loader.js";
  const row = {
    among: "paperclip" as const,
    amid: /child_process/,
    finds: /\bfork\(/g,
    only: { [loader]: 2, "@paperclipai/db/dist/": "any" as const },
  };
  const start = 'import { fork } from "node:child_process";\n';
  const asExpected = {
    [loader]: `${start}fork(1); fork(2);`,
    "@paperclipai/db/dist/dump.js": `${start}fork(3)`,
  };

  test("holds if it is done there, and as often", () => {
    expect(said(row, asExpected)).toEqual([]);
  });

  test.each([
    ["it is done elsewhere, too", { [app]: `${start}  fork(agent);` }, `${app} has 1: fork(agent);`],
    ["it is done more often", { [loader]: `${start}fork(1); fork(2); fork(3);` }, `${loader} has 3, not 2`],
    ["it is done there no more", { [loader]: start }, `${loader} has it no longer`],
    [
      "it is done nowhere in a folder",
      { "@paperclipai/db/dist/dump.js": "" },
      "@paperclipai/db/dist/ has it no longer",
    ],
  ])("is told where %s", (_, changed, what) => {
    const [message] = said(row, { ...asExpected, ...changed } as Record<string, string>);
    expect(message).toContain(what);
    expect(message).toContain("doors are closed");
    expect(message).toContain("otherwise: strangers come in");
  });

  test.each([
    "@paperclipai/server/dist/__tests__/app.js",
    "@paperclipai/server/dist/app.test.js",
    "@paperclipai/server/dist/vendor/paperclip-runner/cli/sidecar.js",
    "some-package/index.js",
  ])("says nothing of %s, which the server does not load or which is not Paperclip's", (path) => {
    expect(said(row, { ...asExpected, [path]: `${start}fork(1)` })).toEqual([]);
  });

  test("says nothing of a file that only uses the word", () => {
    expect(said(row, { ...asExpected, [app]: "road.fork(1)" })).toEqual([]);
  });

  test("about other packages is looked up in those that Paperclip loads, wherever they are installed", () => {
    const others = { ...row, among: "others" as const, only: { "pool/": "any" as const } };
    const pool = { "@paperclipai/server/node_modules/pool/x.js": `${start}fork(1)` };
    expect(said(others, { ...pool, "esbuild/main.js": `${start}fork(1)`, ...asExpected })).toEqual([]);
    expect(said(others, { ...pool, "acpx/pty.js": `${start}fork(1)` })[0]).toContain("acpx/pty.js has 1: ");
  });

  test("may be that it is done nowhere", () => {
    expect(said({ ...row, only: {} }, { [app]: "" })).toEqual([]);
    expect(said({ ...row, only: {} }, { [app]: `${start}fork(1)` })[0]).toContain(`${app} has 1`);
  });
});

test("all that changed is told at once", () => {
  const rows = ["first", "second"].map(
    (name) => ({ ...assumptions[0], name, file: app, has: [name] }) as Row,
  );
  expect(failedAssumptions(rows, { files: [app], read: () => "" })).toHaveLength(2);
});

describe("the list", () => {
  test("has no name twice", () => {
    const names = assumptions.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  test("names files of this repository that rely on it, and what would happen", () => {
    const missing = assumptions.flatMap(({ ours }) => ours).filter((file) => !existsSync(join(root, file)));
    expect(missing).toEqual([]);
    expect(assumptions.filter(({ ours, otherwise }) => ours.length === 0 || !otherwise)).toEqual([]);
  });

  test("finds things with global patterns, and has global patterns nowhere else", () => {
    expect(assumptions.filter(({ finds }) => finds && !finds.global)).toEqual([]);
    expect(
      assumptions.filter(({ amid, has = [] }) =>
        [amid, ...has].some((one) => one instanceof RegExp && one.global),
      ),
    ).toEqual([]);
  });

  test("has each variable that the start sets for Paperclip, however its scripts name them", async () => {
    const scripts = text("start.sh").matchAll(/^# shellcheck source=(docker\/lib\/\S+)$/gm);
    const files = [...scripts].map(([, file = ""]) => join(root, file));
    const words = files.flatMap((file) => readFileSync(file, "utf8").match(/\b[A-Z][A-Z0-9_]{3,}\b/g) ?? []);
    const own = /^(BASH\w*|EUID|PATH|SECONDS|SHELLOPTS|PAPERCLIP_EXTRA_SECRETS)$/;
    const env = Object.fromEntries(words.filter((name) => !own.test(name)).map((name) => [name, "1"]));
    const script = `
      for file; do source "$file"; done
      memory_mb=1024
      jq() { cat; }
      server_environment
      printf '%s\\n' "\${server_env[@]%%=*}"
      server_secrets | tr '\\0' '\\n' | sed 's/=.*//'`;
    const { stdout } = await execa("bash", ["-c", script, "bash", ...files], {
      env: { ...env, PATH: process.env.PATH },
      extendEnv: false,
    });
    const set = stdout.split("\n").filter((name) => name && !name.startsWith("PAPERCLIP_ON_FLY_"));
    expect(set.length).toBeGreaterThan(25);
    for (const name of ["PORT", "TRUST_PROXY", "BETTER_AUTH_SECRET", "ANTHROPIC_API_KEY"])
      expect(set).toContain(name);
    const known = assumptions.flatMap((row) => ("variable" in row ? [row.variable] : []));
    expect(set.filter((name) => !known.includes(name))).toEqual([]);
  });

  test("has each variable that the build and the server set for Paperclip", () => {
    const made = text("build/template.sh").match(/\b(?:PAPERCLIP|DATABASE|BETTER|SERVE)_[A-Z_]+(?==)/g) ?? [];
    const set =
      text("server/programs.js").match(/(?<=process\.env\.)PAPERCLIP_(?!ON_FLY)[A-Z_]+(?= = )/g) ?? [];
    expect(made.length).toBeGreaterThan(5);
    expect(set).toEqual(["PAPERCLIP_PG_DUMP_PATH"]);
    const known = assumptions.flatMap((row) => ("variable" in row ? [row.variable] : []));
    expect([...made, ...set].filter((name) => !known.includes(name))).toEqual([]);
  });

  test("has each key of config.json, and no other", () => {
    const keysOf = (value: object, path = ""): string[] =>
      Object.entries(value).flatMap(([key, one]) => [
        path + key,
        ...(typeof one === "object" ? keysOf(one, `${path}${key}.`) : []),
      ]);
    const known = assumptions.flatMap((row) => ("settings" in row ? (row.settings as string[]) : []));
    expect(known.sort()).toEqual(keysOf(JSON.parse(text("config.json"))).sort());
  });

  test("has each table that a statement names", () => {
    const statements = globSync(["lib/*.sh", "server/*.js"], { cwd: docker })
      .map((file) => text(file))
      .join("\n");
    const named = [
      ...statements.matchAll(
        /\b(?:FROM|JOIN|INTO|UPDATE|UPDATE ON)\s+(?:public\.)?"?([a-z_]+)"?(?=[\s);"])/g,
      ),
    ].map(([, name]) => name);
    expect(named).toContain("heartbeat_runs");
    const known = assumptions.flatMap((row) => ("table" in row ? [row.table] : []));
    expect(named.filter((name) => !known.includes(name) && name !== "information_schema")).toEqual([]);
    expect(known.filter((name) => !named.includes(name as string))).toEqual([]);
  });
});
