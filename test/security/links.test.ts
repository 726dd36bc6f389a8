import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { paperclipImage } from "../support/paperclipImage.ts";
import { Workplace } from "../support/workplace.ts";

/** What an agent gets out of the server's own file functions, with its own API key, and what is refused to it. */
const instance = "/paperclip/instances/default";
const agentsUser = ["setpriv", "--reuid=agent", "--regid=agent", "--init-groups"];

let work: Workplace;
let agent: string;
let key: string;
/** The agent's workspace. */
let place: string;

beforeAll(async () => {
  work = await Workplace.start(await paperclipImage(), { secrets: { EXTRA_CANARY: "extra-secret-canary" } });
  await work.add("secrets", { name: "DEPLOY_KEY", value: "for no agent", provider: "local_encrypted" });
  agent = await work.hire("Climber", { engine: "cli" });
  place = `${instance}/workspaces/${agent}`;
  const made = await work.operator.ok<{ token: string }>("POST", `/api/agents/${agent}/keys`, {
    name: "own",
  });
  key = made.token;
  await work.machine.exec(
    "setpriv",
    "--reuid=paperclip",
    "--regid=paperclip",
    "--init-groups",
    "mkdir",
    "-p",
    place,
  );
});

afterAll(() => work?.stop());

/** Runs a script as the agent's user in its workspace. */
const inWorkspace = (script: string) =>
  work.machine.exec(...agentsUser, "bash", "-c", `set -e; mkdir -p "$0"; cd "$0"; ${script}`, place);

interface Answer {
  status: number;
  text: string;
}

/** A request of the agent's, out of the machine. */
async function api(method: string, path: string, body?: object): Promise<Answer> {
  const words = ["--silent", "--max-time", "20", "--write-out", "\\n%{http_code}", "--request", method];
  const headers = ["--header", `Authorization: Bearer ${key}`, "--header", "Content-Type: application/json"];
  const data = body ? ["--data", JSON.stringify(body)] : [];
  const url = `http://127.0.0.1:3100${path}`;
  const output = await work.machine.exec(...agentsUser, "curl", ...words, ...headers, ...data, url);
  const end = output.lastIndexOf("\n");
  return { status: Number(output.slice(end + 1)), text: output.slice(0, end) };
}

const own = (path: string) => `/api/companies/${work.companyId}/${path}`;

/** A project with a folder of the agent's choice, as it makes one for itself. */
async function project(name: string, cwd: string): Promise<Answer> {
  const { id } = JSON.parse((await api("POST", own("projects"), { name })).text);
  return api("POST", `/api/projects/${id}/workspaces`, { name: "w", sourceType: "local_path", cwd });
}

/** A skill of the agent's from its workspace; returns its id. */
async function skill(name: string): Promise<string> {
  await inWorkspace(
    `mkdir -p ${name} && printf -- '---\\nname: ${name}\\ndescription: d\\n---\\n' > ${name}/SKILL.md`,
  );
  const answer = await api("POST", own("skills/import"), { source: `${place}/${name}` });
  return (
    JSON.parse(answer.text).imported?.[0]?.id ?? expect.fail(`no skill: ${answer.status} ${answer.text}`)
  );
}

/** What a file of the machine holds, as root sees it. */
const held = (path: string) => work.machine.exec("cat", path);

describe("an agent that puts a link into a skill of its own", () => {
  let id: string;

  beforeAll(async () => {
    expect((await project("p", place)).status).toBe(201);
    id = await skill("climb");
  });

  test.each([
    ["the server's environment", "/proc/self/environ", "PAPERCLIP_HOME"],
    ["the server's memory map", "/proc/self/maps", "heap"],
    ["the key of the companies' secrets", `${instance}/secrets/master.key`, undefined],
    ["the server's settings", `${instance}/config.json`, "connectionString"],
  ])("reads nothing of %s", async (_, target, mark) => {
    await inWorkspace(`ln -sfn ${target} climb/SKILL.md`);
    const { text } = await api("GET", own(`skills/${id}/files?path=SKILL.md`));
    expect(text).not.toContain(mark ?? (await held(target)).trim());
    expect(text).not.toContain("canary");
  });

  test("reads nothing by a folder that is a link", async () => {
    await inWorkspace(`rm climb/SKILL.md; rmdir climb; ln -sfn ${instance} climb`);
    for (const path of ["config.json", "secrets/master.key", "secrets"]) {
      const { text } = await api("GET", own(`skills/${id}/files?path=${encodeURIComponent(path)}`));
      expect(text).not.toContain("connectionString");
      expect(text).not.toContain((await held(`${instance}/secrets/master.key`)).trim());
    }
    await inWorkspace("rm climb");
  });

  test.each([
    ["the list of adapters, which the server loads", "/paperclip/adapter-plugins.json"],
    ["the server's settings", `${instance}/config.json`],
    ["a new file of the server's", `${instance}/.env`],
  ])("writes nothing to %s", async (_, target) => {
    await inWorkspace(`rm -rf climb; mkdir climb; ln -sfn ${target} climb/SKILL.md`);
    const before = await work.machine.exec("sh", "-c", `cat ${target} 2>&1 || true`);
    await api("PATCH", own(`skills/${id}/files`), { path: "SKILL.md", content: "[]" });
    expect(await work.machine.exec("sh", "-c", `cat ${target} 2>&1 || true`)).toBe(before);
  });
});

describe("an agent that names a place of the server's as a project's folder", () => {
  test.each([
    ["keys", `${instance}/secrets`],
    ["keys, with dots", `${instance}/workspaces/../secrets`],
    ["attachments", `${instance}/data/storage`],
    ["processes", "/proc/self"],
    ["everything", "/paperclip"],
  ])("gets nothing of it imported or listed: %s", async (_, cwd) => {
    await project(`of ${cwd}`, cwd);
    const secret = (await held(`${instance}/secrets/master.key`)).trim();
    for (const [path, body] of [
      ["skills/import", { source: cwd }],
      ["skills/import", { source: `${cwd}/master.key` }],
      ["skills/scan-projects", {}],
    ] as const) {
      const { text } = await api("POST", own(path), body);
      expect(text).not.toContain(secret);
      expect(text).not.toContain("canary");
    }
    for (const name of ["master.key", "environ", "instances/default/config.json"]) {
      const { text } = await api("POST", own("skills/import"), { source: `${cwd}/${name}` });
      expect(text).not.toContain(secret);
      expect(text).not.toContain("connectionString");
    }
  });
});

describe("everyday work", () => {
  test("a skill is imported, read, changed, and read again", async () => {
    const id = await skill("useful");
    expect((await api("GET", own(`skills/${id}/files?path=SKILL.md`))).text).toContain("name: useful");
    const content = "---\nname: useful\ndescription: better\n---\n";
    expect((await api("PATCH", own(`skills/${id}/files`), { path: "SKILL.md", content })).status).toBe(200);
    expect((await api("GET", own(`skills/${id}/files?path=SKILL.md`))).text).toContain("better");
  });

  test("the file viewer shows files of a workspace, also by links that stay in it", async () => {
    await inWorkspace(
      "mkdir -p packages/tool bin && echo inside > packages/tool/cli.txt && ln -sfn ../packages/tool/cli.txt bin/tool.txt",
    );
    const made = await work.operator.ok<{ id: string }>("POST", own("projects"), {
      name: "viewed",
      workspace: { name: "w", sourceType: "local_path", cwd: place, isPrimary: true },
    });
    const issue = await work.operator.ok<{ id: string }>("POST", own("issues"), {
      title: "See the files",
      status: "backlog",
      projectId: made.id,
    });
    const shown = (path: string) =>
      work.operator.call<object>(
        "GET",
        `/api/issues/${issue.id}/file-resources/content?path=${encodeURIComponent(path)}&workspace=project`,
      );
    for (const path of ["packages/tool/cli.txt", "bin/tool.txt"]) {
      const { status, body } = await shown(path);
      expect(status, JSON.stringify(body)).toBe(200);
      expect(JSON.stringify(body)).toContain("inside");
    }
    await inWorkspace(`ln -sfn ${instance}/config.json packages/config.json`);
    const { status, body } = await shown("packages/config.json");
    expect(status).toBeGreaterThanOrEqual(400);
    expect(JSON.stringify(body)).not.toContain("connectionString");
  });

  test("an agent's instructions are written and read", async () => {
    const { status } = await api("GET", `/api/agents/${agent}/instructions-bundle`);
    expect(status).toBe(200);
    await work.machine.exec(
      "sh",
      "-c",
      `ls ${instance}/companies/${work.companyId}/agents/${agent}/instructions`,
    );
  });

  test("an agent finishes a task, whose run the server prepares, notes down and tidies up", async () => {
    await work.put("/tmp/look-around.sh", "pwd\n");
    await work.done(await work.give(agent, "Look around in this machine with links"));
    const logs = await work.machine.exec("find", `${instance}/data/run-logs`, "-type", "f");
    expect(logs).not.toBe("");
  });
});

describe("what the server loads as code", () => {
  const index = `exports.createServerAdapter = () => { require("node:fs").writeFileSync("/tmp/ran-as-the-server", ""); return { type: "evil" }; };`;

  beforeAll(() =>
    inWorkspace(`mkdir -p evil; printf '{"name":"evil","main":"index.cjs"}' > evil/package.json; cat > evil/index.cjs <<'JS'
${index}
JS`),
  );

  test("is no adapter in a workspace, also when an administrator names it", async () => {
    const { status, body } = await work.operator.call("POST", "/api/adapters/install", {
      packageName: `${place}/evil`,
      isLocalPath: true,
    });
    expect(status, JSON.stringify(body)).toBeGreaterThanOrEqual(400);
    expect(JSON.stringify(body)).toContain("the server runs nothing from there");
  });

  test("is no adapter of a list that was changed, with which the server still starts", async () => {
    const record = [
      { packageName: "evil", type: "evil", localPath: `${place}/evil`, installedAt: "2026-01-01T00:00:00Z" },
    ];
    await work.put("/paperclip/adapter-plugins.json", JSON.stringify(record));
    await work.machine.stop();
    await work.machine.startAgain();
    await work.machine.healthy();
    await work.machine.logged("the server runs nothing from there");
    expect(await work.machine.exec("sh", "-c", "ls /tmp/ran-as-the-server || true")).toBe("");
  });
});

test("no secret is in the environment or among the arguments of the server's processes", async () => {
  const script = `for pid in $(pgrep --uid paperclip); do tr '\\0' '\\n' < /proc/$pid/environ; tr '\\0' '\\n' < /proc/$pid/cmdline; done`;
  const seen = await work.machine.exec("bash", "-c", script);
  expect(seen).toContain("PAPERCLIP_HOME");
  expect(seen).not.toContain("canary");
});
