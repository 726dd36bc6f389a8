import { expect, test, vi } from "vitest";
import { namedPath, refuseNamedPaths } from "../../../docker/server/namedPaths.js";

const path = "/api/companies/1/projects";
const instance = "/paperclip/instances/default";
const workspace = `${instance}/workspaces/1`;
const inBody = (body: unknown) => namedPath({ path, body });

test.each([
  "/",
  "/proc/self/environ",
  "/proc/1/root/paperclip",
  "/sys/kernel",
  "/dev/mem",
  "/run/paperclip-input",
  "/var/run/postgresql",
  "/etc/shadow",
  "/root",
  "/usr/local/lib/paperclip/node_modules",
  "/usr/local/lib/paperclip-on-fly",
  "/paperclip",
  "/paperclip/home/.ssh",
  "/paperclip/postgres",
  "/paperclip/tailscale/tailscaled.state",
  "/paperclip/operator/invite-url",
  "/paperclip/adapter-plugins.json",
  "/paperclip/agentsecret",
  "/paperclip/instances",
  instance,
  `${instance}/config.json`,
  `${instance}/secrets/master.key`,
  `${instance}/companies/1/agents/2/instructions/AGENTS.md`,
  `${instance}/workspacesecret`,
  "/tmp/paperclip",
  "/tmp/paperclip/paperclip-run-acme-1-0a0b0c0d-111-x",
  // The same in other writing.
  " /proc/self/environ\n",
  "//proc//self/./environ",
  "/tmp/../proc/self/environ",
  `${workspace}/../../secrets/master.key`,
  "../../../secrets/master.key",
  "a/../../b",
  "..",
  "..\\..\\secrets",
  "\\proc\\self\\environ",
  "%2Fproc%2Fself%2Fenviron",
  "%252Fproc%252Fself",
  "..%2f..%2fsecrets",
  "file:///proc/self/environ",
  "FILE:/proc/self/environ",
  "file:proc/self/environ",
  "file://elsewhere/proc",
  "~",
  "~/.ssh/id_ed25519",
  "https://../../../proc",
])("no field of an agent's request names %j", (place) => {
  expect(inBody({ cwd: place })).toBe("body.cwd");
  expect(namedPath({ path, query: { path: place } })).toBe("query.path");
  expect(namedPath({ path: `/api/files/${encodeURIComponent(place)}`, body: {} })).toBe("address");
});

test.each([
  workspace,
  `${workspace}/src/index.ts`,
  `${instance}/projects/1/2/_default`,
  `${instance}/skills/1/notes`,
  "/paperclip/agent/.claude/settings.json",
  "/tmp/build/output.txt",
  "/srv/site",
  "/usr/bin/node",
  "/usr/local/bin/claude",
  "/usr/local/bin:/usr/bin:/bin",
  "/dev/null",
  "/etc/ssl/certs/ca-certificates.crt",
  "src/index.ts",
  ".paperclip/worktrees",
  "owner/repository",
  "https://github.com/owner/repository",
  "main..feature",
  "a...b",
  "~1.2.3",
  "100 %",
  "100%25 done",
])("an agent's request can name %j", (place) => {
  expect(inBody({ workspace: { path: place }, tags: [place] })).toBeUndefined();
  expect(namedPath({ path, query: { path: place } })).toBeUndefined();
});

test("the field is found however deep it is, and in lists and names", () => {
  expect(inBody({ adapterConfig: { env: { HOME: { type: "plain", value: "/root" } } } })).toBe(
    "body.adapterConfig.env.HOME.value",
  );
  expect(inBody([{ queries: [{ path: "a" }, { path: "../b" }] }])).toBe("body.queries.path");
  expect(inBody({ files: { "../AGENTS.md": "text" } })).toBe("body.files.../AGENTS.md");
  expect(inBody({ tags: ["a", ["/proc"]] })).toBe("body.tags");
  expect(namedPath({ path, query: { path: ["a", "/proc"] } })).toBe("query.path");
});

test("a body that is nested deeper than calls go is looked at to its end", () => {
  let body: unknown = { cwd: "/proc" };
  for (let depth = 0; depth < 200_000; depth++) body = [body];
  expect(inBody(body)).toBe("body.cwd");
});

test.each([
  { title: "/etc/hosts is wrong", description: "/proc/self/environ", comment: "~/x" },
  {
    body: "../up",
    bodyMarkdown: "/etc",
    decisionNote: "/root",
    promptTemplate: "/proc",
    change_summary: "..",
  },
  { files: { "AGENTS.md": "/proc/self/environ", "docs/a.md": { data: "/etc" } } },
  { questions: [{ prompt: "/etc?", answers: ["/etc", "/root"] }] },
  { metadata: { sections: [{ rows: [{ type: "kv", label: "File", value: "/etc/hosts" }] }] } },
])("what is written for people says what it wants: %j", (body) => {
  expect(inBody(body)).toBeUndefined();
});

test.each([
  { description: { cwd: "/proc" } },
  { context: "/proc" },
  { branchTemplate: "../{{issue}}" },
  { comment: [{ cwd: "/proc" }] },
])("but a field is not free because its name is like one that is: %j", (body) => {
  expect(inBody(body)).toMatch(/^body\./);
});

test("a skill's source is a command line too", () => {
  expect(inBody({ source: "npx skills add '/proc/self' --skill x" })).toBe("body.source");
  expect(inBody({ source: `npx skills add ${workspace}/s --skill x` })).toBeUndefined();
});

test("a folder that does not begin with a slash counts as one of the server's own", () => {
  for (const cwd of [".", ".ssh", " x"]) {
    expect(inBody({ cwd })).toBe("body.cwd");
    expect(inBody({ workspace: { cwd } })).toBe("body.workspace.cwd");
  }
  expect(inBody({ workspaceRuntime: { services: [{ cwd: "server" }] } })).toBeUndefined();
});

test("an agent can name the folder of its own run, and of no other", () => {
  const runId = "0a0b0c0d-1112-4222-8333-444444444444";
  const of = (run: string) => ({ file: `/tmp/paperclip/paperclip-run-acm-1-${run}-Xy12/out.png` });
  expect(namedPath({ path, body: of("0a0b0c0d-111"), actor: { runId } })).toBeUndefined();
  expect(namedPath({ path, body: of("ffffffff-111"), actor: { runId } })).toBe("body.file");
});

test("only their own routes can name instructions", () => {
  const body = { path: `${instance}/companies/1/agents/2/instructions/AGENTS.md` };
  expect(namedPath({ path: "/api/agents/2/instructions-path", body })).toBeUndefined();
  expect(namedPath({ path: "/api/projects/2/workspaces", body })).toBe("body.path");
});

function answerTo(request: object) {
  const json = vi.fn();
  const status = vi.fn(() => ({ json }));
  const next = vi.fn();
  refuseNamedPaths(request, { status }, next);
  return { status, json, next };
}

const names = { path, body: { cwd: "/proc" } };

test("an agent is told which field was refused, and what it is allowed to name", () => {
  const { status, json, next } = answerTo({ ...names, actor: { type: "agent" } });
  expect(next).not.toHaveBeenCalled();
  expect(status).toHaveBeenCalledWith(403);
  expect(json.mock.calls[0]?.[0]).toMatchObject({
    code: "REFUSED",
    error: expect.stringContaining("body.cwd"),
  });
});

test("a call of tools over MCP counts as an agent's, whoever has signed the request", () => {
  expect(
    answerTo({ ...names, path: "/mcp/gateways/gw_1", actor: { type: "none" } }).next,
  ).not.toHaveBeenCalled();
});

test("people's requests are not checked", () => {
  const request = {
    path,
    actor: { type: "board" },
    get body(): never {
      throw new Error("it was");
    },
  };
  expect(answerTo(request).next).toHaveBeenCalledOnce();
});
