import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { paperclipImage } from "../support/paperclipImage.ts";
import { Workplace } from "../support/workplace.ts";
import { agentsUser, Climber, instance } from "./climber.ts";

/** What an agent can get, with its own API key, out of the server's own file functions, and what they refuse. */
let work: Workplace;
let agent: string;
let key: string;
let place: string;
let inWorkspace: Climber["inWorkspace"];
let api: Climber["api"];
let own: Climber["own"];
let project: Climber["project"];
let skill: Climber["skill"];

beforeAll(async () => {
  work = await Workplace.start(await paperclipImage(), { secrets: { EXTRA_CANARY: "extra-secret-canary" } });
  await work.add("secrets", { name: "DEPLOY_KEY", value: "for no agent", provider: "local_encrypted" });
  ({ agent, key, place, inWorkspace, api, own, project, skill } = await Climber.hire(work));
});

afterAll(() => work?.stop());

/** The content of a file in the machine, as root reads it. */
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
    await inWorkspace("mkdir -p deep/in && echo '{}' > deep/in/config.json");
    const deep = await skill("deep");
    await inWorkspace(`rm -r deep/in && ln -s ${instance} deep/in`);
    const { text } = await api("GET", own(`skills/${deep}/files?path=in%2Fconfig.json`));
    expect(text).not.toContain("connectionString");
  });

  test.each([
    ["lists", "the list of adapters, which the server loads", "/paperclip/adapter-plugins.json"],
    ["settings", "the server's settings", `${instance}/config.json`],
    ["variables", "a new file of the server's", `${instance}/.env`],
  ])("writes nothing to it: %s", async (name, _, target) => {
    const written = await skill(`write-${name}`);
    await inWorkspace(`ln -sfn ${target} write-${name}/SKILL.md`);
    const before = await work.machine.exec("sh", "-c", `cat ${target} 2>&1 || true`);
    await api("PATCH", own(`skills/${written}/files`), { path: "SKILL.md", content: "[]" });
    expect(await work.machine.exec("sh", "-c", `cat ${target} 2>&1 || true`)).toBe(before);
  });
});

describe("an agent that names a place of the server's as a project's folder", () => {
  test.each([
    ["keys", `${instance}/secrets`, "master.key", undefined],
    ["settings", instance, "config.json", "connectionString"],
    ["settings, with dots", `${instance}/workspaces/..`, "config.json", "connectionString"],
    ["processes", "/proc/self", "environ", "PAPERCLIP_HOME"],
  ])("shows nothing of it to anybody: %s", async (name, cwd, file, mark) => {
    const made = await project(`of ${name}`, cwd);
    const secret = mark ?? (await held(`${instance}/secrets/master.key`)).trim();
    for (const source of [cwd, `${cwd}/${file}`]) {
      const { text } = await api("POST", own("skills/import"), { source });
      expect(text).not.toContain(secret);
    }
    expect((await api("POST", own("skills/scan-projects"), {})).text).not.toContain(secret);
    // The server may already have refused the folder.
    if (made.status !== 201) return;
    const { projectId } = JSON.parse(made.text);
    const body = { title: `Look at ${name}`, status: "backlog", projectId };
    const issue = await work.operator.ok<{ id: string }>("POST", own("issues"), body);
    const shown = await work.operator.call<object>(
      "GET",
      `/api/issues/${issue.id}/file-resources/content?path=${file}&workspace=project`,
    );
    expect(JSON.stringify(shown.body)).not.toContain(secret);
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

  test("a file is attached to a task and read again", async () => {
    const body = { title: "Keep a file", status: "backlog", assigneeAgentId: agent };
    const issue = await work.operator.ok<{ id: string }>("POST", own("issues"), body);
    await inWorkspace("echo kept > kept.txt");
    const url = `http://127.0.0.1:3100${own(`issues/${issue.id}/attachments`)}`;
    const words = ["--silent", "--fail-with-body", "--form", `file=@${place}/kept.txt;type=text/plain`];
    const answer = await work.machine.exec(
      ...[...agentsUser, "curl", ...words, "--header", `Authorization: Bearer ${key}`, url],
    );
    const { id } = JSON.parse(answer);
    expect((await api("GET", `/api/attachments/${id}/content`)).text).toContain("kept");
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

  test("is no adapter in a workspace, even if an administrator names it", async () => {
    const { status, body } = await work.operator.call("POST", "/api/adapters/install", {
      packageName: `${place}/evil`,
      isLocalPath: true,
    });
    expect(status, JSON.stringify(body)).toBeGreaterThanOrEqual(400);
    expect(JSON.stringify(body)).toContain("the server runs nothing from there");
  });

  test("is what an administrator installed; a list changed to name another adapter does not load it, and the server still starts", async () => {
    const installed = "/paperclip/adapter-plugins/node_modules/good";
    const files = `mkdir -p ${installed} && cd ${installed} && printf '{"name":"good","main":"index.cjs"}' > package.json &&
      echo 'console.log("the installed adapter runs"); exports.createServerAdapter = () => ({ type: "good" });' > index.cjs`;
    await work.machine.exec(
      "setpriv",
      "--reuid=paperclip",
      "--regid=paperclip",
      "--init-groups",
      "bash",
      "-c",
      files,
    );
    const record = (name: string) => ({ packageName: name, type: name, installedAt: "2026-01-01T00:00:00Z" });
    const list = [{ ...record("evil"), localPath: `${place}/evil` }, record("good")];
    await work.put("/paperclip/adapter-plugins.json", JSON.stringify(list));
    await work.machine.stop();
    await work.machine.startAgain();
    await work.machine.healthy();
    await work.machine.logged("the server runs nothing from there");
    await work.machine.logged("the installed adapter runs");
    expect(await work.machine.exec("sh", "-c", "ls /tmp/ran-as-the-server || true")).toBe("");
  });
});

test("no secret is in the environment or among the arguments of the server's processes", async () => {
  const script = `for pid in $(pgrep --uid paperclip); do tr '\\0' '\\n' < /proc/$pid/environ; tr '\\0' '\\n' < /proc/$pid/cmdline; done`;
  const seen = await work.machine.exec("bash", "-c", script);
  expect(seen).toContain("PAPERCLIP_HOME");
  expect(seen).not.toContain("canary");
});
