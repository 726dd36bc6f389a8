import { beforeEach, expect, test, vi } from "vitest";
import { placesIn } from "../../../docker/server/places.js";
import { secretsIn, withoutSecrets } from "../../../docker/server/secrets.js";

type Keepers = typeof import("../../../docker/build/keepers.mjs");
let build: Keepers;

beforeEach(async () => {
  vi.resetModules();
  build = await import("../../../docker/build/keepers.mjs");
});

const module = (name: string) => `/usr/local/lib/paperclip/node_modules/${name}`;

test("a module that keeps a place gets file functions for it, and no other module does", () => {
  const provider = module("@paperclipai/server/dist/secrets/local-encrypted-provider.js");
  expect(build.filesOf(provider, "node:fs")).toBe('module.exports = paperclipOnFly.files("secrets");');
  expect(build.filesOf(provider, "fs/promises")).toBe(
    'module.exports = paperclipOnFly.files("secrets").promises;',
  );
  expect(
    build.filesOf(module("@paperclipai/server/dist/services/workspace-file-resources.js"), "node:fs"),
  ).toBeUndefined();
});

test("a Paperclip without a module of the table fails the build, by its name", () => {
  const [gone = "", ...others] = Object.keys(build.keepers);
  for (const other of others) build.filesOf(module(other.replace(/\/$/, "/x.js")), "node:fs");
  const missed = build.missedKeepers();
  expect(missed).toHaveLength(1);
  expect(missed[0]).toContain(gone);
});

test("every place that is kept exists", () => {
  const instance = "/paperclip/instances/default";
  const paths = [
    ...["config.json", "secrets", "ai-local-logins", "data/storage", "import-transfers", "skills", "locks"],
    ...[
      "companies/a/agents/b/instructions",
      "companies/a/agents/b/claude-runtime",
      "companies/a/acp-engine",
      "data/run-logs",
      "telemetry",
    ],
    ...["data/workspace-operation-logs", "data/provider-traces", "data/sandbox-orphan-cleanup", "runtime"],
    ...["hot-restart-intent.json", "runtime-services", "data/backups", "native-workspace-sync"],
    ...["runtime-context-assets", "chat-workspaces"],
  ].map((path) => `${instance}/${path}`);
  const names = [
    ...paths,
    "/paperclip/adapter-plugins.json",
    "/paperclip/adapter-plugins",
    "/paperclip/home/.paperclip/plugins",
    "/paperclip/home/.paperclip/plugin-data",
  ].map((path) => placesIn()(path).name);
  expect([...new Set(Object.values(build.keepers).flat())].sort()).toEqual([...new Set(names)].sort());
});

test("what handOver.sh opens to agents is a place where agents write", () => {
  for (const path of [
    "/paperclip/instances/default/workspaces/a/b",
    "/paperclip/instances/default/projects/a",
    "/paperclip/instances/default/companies/a/codex-home-b/auth.json",
    "/paperclip/instances/default/companies/a/agents/b/codex-home",
    "/paperclip/agent/.claude",
    "/tmp/paperclip/paperclip-run-1/file",
    "/var/tmp/x",
    "/dev/shm/x",
  ])
    expect(placesIn()(path).kind, path).toBe("open");
});

test("secrets are read whatever their values hold", () => {
  expect(secretsIn("A=1\0KEY=two\nlines=and more\0")).toEqual({ A: "1", KEY: "two\nlines=and more" });
  expect(secretsIn("")).toEqual({});
});

test("what the server starts gets none of its secrets in its variables", () => {
  const env = { PATH: "/bin", KEY: "secret", TOKEN: "its own" };
  expect(withoutSecrets(env, { KEY: "secret", TOKEN: "the server's" })).toEqual({
    PATH: "/bin",
    TOKEN: "its own",
  });
});
