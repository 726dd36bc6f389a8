import pWaitFor from "p-wait-for";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { paperclipImage } from "../support/paperclipImage.ts";
import { Workplace } from "../support/workplace.ts";
import { Agent } from "./reach/agent.ts";

/** What the defences must leave working: an agent's everyday use of Paperclip's routes, with links as people and npm make them. */
let work: Workplace;
let agent: Agent;
let projectId: string;
let workspaceId: string;
let issueId: string;

beforeAll(async () => {
  work = await Workplace.start(await paperclipImage(), { memoryMb: 1536 });
  agent = await Agent.hire(work, "Alice", { engine: "acp" });
  await agent.shell(`
    git init --quiet .
    mkdir -p node_modules/tool node_modules/.bin shared .claude/skills/house
    echo 'console.log("tool")' >node_modules/tool/cli.js
    ln -s ../tool/cli.js node_modules/.bin/tool
    printf -- '---\\nname: house\\ndescription: how the house does it\\n---\\nThe house rules.\\n' >shared/house.md
    ln -s ../../../shared/house.md .claude/skills/house/SKILL.md
    mkdir -p plain/notes && cp shared/house.md plain/SKILL.md && echo 'A note.' >plain/notes/a.md
    ln -s notes/a.md plain/latest.md
    printf '{"permissions":{"allow":["Bash(make:*)"]}}' >.claude/settings.local.json
    echo 'Read me.' >README.md
    git add README.md && git commit --quiet -m first`);
  ({ id: projectId } = await agent.ok<{ id: string }>("POST", agent.own("projects"), { name: "House" }));
  const place = { name: "house", sourceType: "local_path", cwd: agent.workspace };
  ({ id: workspaceId } = await agent.ok<{ id: string }>(
    "POST",
    `/api/projects/${projectId}/workspaces`,
    place,
  ));
  ({ id: issueId } = await agent.ok<{ id: string }>("POST", agent.own("issues"), {
    title: "House",
    projectId,
  }));
});

afterAll(() => work?.stop());

/** How a person sees a file of the workspace. */
const seen = (what: string, path: string) =>
  work.operator.call<object>(
    "GET",
    `/api/issues/${issueId}/file-resources/${what}?${new URLSearchParams({ path, projectId, workspaceId, workspace: "project" })}`,
  );

test("a skill is imported from its workspace, read, changed and kept as a version", async () => {
  const source = `${agent.workspace}/plain`;
  const { imported } = await agent.ok<{ imported: { id: string }[] }>("POST", agent.own("skills/import"), {
    source,
  });
  const skill = agent.own(`skills/${imported[0]?.id}`);
  const file = { path: "notes/a.md", content: "Another note, see ../SKILL.md.\n" };
  expect(await agent.call("GET", `${skill}/files?path=notes/a.md`)).toMatchObject({ status: 200 });
  expect(await agent.call("PATCH", `${skill}/files`, file)).toMatchObject({ status: 200 });
  expect(await agent.shell("cat plain/notes/a.md")).toBe(file.content.trim());
  expect((await agent.call("POST", `${skill}/versions`, {})).status).toBeLessThan(300);
  expect((await agent.call("GET", `${skill}/files?path=notes/a.md`)).text).toContain("Another note");
});

test("a link in a skill to another file of the skill is read and written through", async () => {
  const source = `${agent.workspace}/plain`;
  const { imported } = await agent.ok<{ imported: { id: string }[] }>("POST", agent.own("skills/import"), {
    source,
  });
  const skill = agent.own(`skills/${imported[0]?.id}`);
  expect((await agent.call("GET", `${skill}/files?path=SKILL.md`)).text).toContain("The house rules.");
  await agent.shell(
    "echo 'Newer.' >plain/notes/a.md; rm plain/SKILL.md; ln -s ../shared/house.md plain/SKILL.md",
  );
  expect((await agent.call("GET", `${skill}/files?path=SKILL.md`)).text).toContain("The house rules.");
});

test("a skill is made, copied and removed", async () => {
  const markdown = "---\nname: made\ndescription: made by an agent\n---\nSee /etc/hosts and ../other.\n";
  const { id } = await agent.ok<{ id: string }>("POST", agent.own("skills"), { name: "made", markdown });
  expect((await agent.call("GET", agent.own(`skills/${id}/files?path=SKILL.md`))).text).toContain(
    "/etc/hosts",
  );
  expect((await agent.call("POST", agent.own(`skills/${id}/fork`), { name: "copied" })).status).toBeLessThan(
    300,
  );
  expect((await agent.call("DELETE", agent.own(`skills/${id}`))).status).toBeLessThan(300);
});

test("a person sees the workspace's files, with npm's links among them", async () => {
  expect(await seen("content", "README.md")).toMatchObject({ status: 200 });
  expect(JSON.stringify((await seen("content", "README.md")).body)).toContain("Read me.");
  expect(JSON.stringify((await seen("content", "shared/house.md")).body)).toContain("The house rules.");
  expect(await seen("list", "plain")).toMatchObject({ status: 200 });
  expect(await agent.shell("node node_modules/.bin/tool")).toBe("tool");
});

test("a file that an agent attaches comes back unchanged, whatever its content and name", async () => {
  const content = "/proc/self/environ\n../../secrets\n";
  const sent = await agent.upload(agent.own(`issues/${issueId}/attachments`), "report.txt", content);
  expect(sent.status, sent.text).toBe(201);
  const { id } = JSON.parse(sent.text) as { id: string };
  expect((await agent.call("GET", `/api/attachments/${id}/content`)).text).toBe(content);
});

test("its instructions are written by a person and read by the agent", async () => {
  const own = `/api/agents/${agent.id}/instructions-bundle`;
  const { body } = await work.operator.call<{ managedRootPath: string }>("GET", own);
  const read = await agent.call("GET", `${own}/file?path=AGENTS.md`);
  expect(read.status, read.text).toBe(200);
  expect(await agent.shell(`cat ${body.managedRootPath}/AGENTS.md | wc -c`)).not.toBe("0");
});

test("an agent can write any text for people: its issue's title and description, a document, a comment", async () => {
  await work.put(
    "/tmp/tidy-up.sh",
    `set -e
send() {
  curl --silent --show-error --fail-with-body --request "$1" "$PAPERCLIP_API_URL/api/issues/$PAPERCLIP_TASK_ID$2" \\
    --header "Authorization: Bearer $PAPERCLIP_API_KEY" --header "X-Paperclip-Run-Id: $PAPERCLIP_RUN_ID" \\
    --header "Content-Type: application/json" --data "$3"
}
send PATCH "" '{"title": "/etc/passwd", "description": "../up", "comment": "~/notes"}'
send PUT /documents/plan '{"title": "/root", "format": "markdown", "body": "/proc/self/environ"}'
send POST /comments '{"body": "/paperclip/instances/default/secrets/master.key"}'
echo all sent
`,
  );
  await work.done(await work.give(agent.id, "Tidy up your workspace and tell of it"));
  expect(await agent.shell("cat /tmp/tidied-up.txt")).toContain("all sent");
});

test("a run works in its workspace, whose own settings are kept beside Paperclip's", async () => {
  await work.put("/tmp/tidy-up.sh", "echo done >done.txt\n");
  await work.done(await work.give(agent.id, "Tidy up your workspace"));
  expect(await agent.shell("cat done.txt")).toBe("done");
  expect(await agent.shell("cat .claude/settings.local.json")).toContain("Bash(make:*)");
});

test("what Paperclip has written there for Claude Code stays out of the agent's commits", async () => {
  await agent.shell("mkdir -p part/.claude && cp .claude/settings.local.json part/.claude/ && git add -A");
  const staged = await agent.shell("git ls-files");
  expect(staged.split("\n")).toContain("done.txt");
  expect(staged).not.toContain("settings.local.json");
});

describe("in a workspace an agent has", () => {
  test.each([
    ["wget", "wget -qO- http://127.0.0.1:3100/api/health | jq --raw-output .status", "ok"],
    [
      "gcc and make",
      `printf '#include <stdio.h>\n#include <math.h>\n#include <pthread.h>\nint main(void) { return !puts("made"); }\n' >made.c
       printf 'made: made.c\n\t$(CC) -O2 -g -Wall -pthread -o $@ $< -lm\n' >Makefile; make --silent made; ./made`,
      "made",
    ],
    [
      "gcc for libraries",
      "gcc -shared -fPIC -o made.so made.c && file --brief made.so | cut -c1-24",
      "ELF 64-bit LSB shared ob",
    ],
    [
      "file",
      "echo iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ | base64 --decode >a.png; file a.png",
      "a.png: PNG image data, 1 x 1, 8-bit/color RGBA, non-interlaced",
    ],
    ["zip", "zip -qr a.zip plain && rm -rf z && unzip -qd z a.zip && cat z/plain/notes/a.md | wc -l", "1"],
    ["xz", "tar -cJf a.tar.xz plain && rm -rf x && mkdir x && tar -xf a.tar.xz -C x && ls x", "plain"],
    ["bzip2", "tar -cjf a.tar.bz2 plain && rm -rf b && mkdir b && tar -xf a.tar.bz2 -C b && ls b", "plain"],
    ["rsync", "mkdir -p copy/old && rsync -a --delete plain/ copy && ls copy", "SKILL.md\nlatest.md\nnotes"],
    ["patch", "echo a >p; printf -- '--- p\n+++ p\n@@ -1 +1 @@\n-a\n+b\n' | patch --silent p; cat p", "b"],
    ["lsof", "exec 9>held; lsof -t held | grep --count --line-regexp $$", "1"],
    ["sqlite3", "sqlite3 :memory: 'select 6 * 7'", "42"],
    ["tree", "tree -if --noreport plain/notes", "plain/notes\nplain/notes/a.md"],
    ["gh", "gh --version | grep --only-matching '^gh version 2'", "gh version 2"],
    [
      "gh signed out, until the company connects GitHub",
      "gh auth status 2>&1 | head -c 43",
      "You are not logged into any GitHub hosts. T",
    ],
    [
      "Python's environments",
      "python3 -m venv v && . v/bin/activate && pip --version | cut -d' ' -f1-2",
      "pip 25.1.1",
    ],
  ])("%s", async (_, script, output) => {
    expect(await agent.shell(script)).toBe(output);
  });
});

test("a run works in a worktree of its project's repository", async () => {
  const settings = { enableIsolatedWorkspaces: true };
  expect(
    (await work.operator.call("PATCH" as "POST", "/api/instance/settings/experimental", settings)).status,
  ).toBe(200);
  const executionWorkspacePolicy = {
    enabled: true,
    defaultMode: "isolated_workspace",
    workspaceStrategy: { type: "git_worktree" },
  };
  await work.operator.call("PATCH" as "POST", `/api/projects/${projectId}`, { executionWorkspacePolicy });
  await work.put(
    "/tmp/tidy-up.sh",
    "git rev-parse --show-toplevel; git branch --show-current; cat README.md\n",
  );
  const task = await work.operator.ok<{ id: string }>("POST", agent.own("issues"), {
    title: "Tidy up your workspace in a worktree",
    status: "todo",
    assigneeAgentId: agent.id,
    projectId,
  });
  await work.done(task.id);
  const found = await agent.shell("cat /tmp/tidied-up.txt");
  expect(found).toContain("worktrees/");
  expect(found).toContain("Read me.");
  await pWaitFor(async () => (await work.runs()).every(({ status }) => status !== "running"), {
    timeout: 60_000,
  });
});
