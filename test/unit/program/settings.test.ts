import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { mistakesText } from "../../../program/mistakes.ts";
import { checkRawConfig } from "../../../program/settings.ts";
import { claudeToken } from "../../support/credentials.ts";
import { check, defaults, required } from "../../support/settingsTexts.ts";

describe("a stack that sets what is required", () => {
  test("gives the component the arguments that the state of earlier versions has, so that nothing is updated", async () => {
    const { settings, mistakes } = check({});
    expect(mistakes).toEqual([]);
    const { extraSecrets, ...plain } = settings ?? {};
    expect(plain).toEqual({
      ...required,
      organization: "personal",
      size: "shared-cpu-1x",
      memoryMb: 1024,
      volumeSizeGb: 3,
      snapshotRetentionDays: 5,
      agents: ["claude"],
      tools: ["base"],
      tags: ["tag:paperclip"],
      tailnetHttps: true,
      tailscaleUserspace: false,
      tailscaleSsh: false,
      tailscaleLogs: false,
      imageBuildArgs: {},
    });
    expect(await pulumi.isSecret(pulumi.output(extraSecrets))).toBe(true);
  });

  test("gets the component's defaults also where Pulumi.yaml has none", () => {
    const values = Object.entries(required).map(([key, value]) => [`paperclip:${key}`, value]);
    const raw = { values: Object.fromEntries(values), secretKeys: new Set<string>() };
    expect(checkRawConfig("paperclip", raw)).toEqual({ settings: required, mistakes: [], warnings: [] });
  });

  test("is not disturbed by the configuration of other packages", () => {
    const values = Object.entries({ ...defaults, ...required }).map(([key, value]) => [
      `paperclip:${key}`,
      value,
    ]);
    const raw = {
      values: { ...Object.fromEntries(values), "tailscale:tailnet": "-" },
      secretKeys: new Set<string>(),
    };
    expect(checkRawConfig("paperclip", raw).mistakes).toEqual([]);
  });
});

describe.each([
  ["region", "amsterdam", "region code"],
  ["region", "", "is not set"],
  ["tailnet", "tail1234", "it has a dot"],
  ["tailnet", "https://tail1234.ts.net", "without https://"],
  ["tailnet", "Tail_1234.ts.net", "not a DNS name"],
  ["organization", "My Company", "slug"],
  ["size", "huge", "machine preset"],
  ["memory", "512mb", "less than 1gb"],
  ["memory", "", "is not set"],
  ["memory", "lots", "a size like 1gb"],
  ["agents", "claude", "a list of agents"],
  ["agents", '["claude", "clippy"]', '"clippy"; the agents are claude, codex'],
  ["agents", '["claude", "claude"]', "twice"],
  ["agents", '["codex"]', "has no claude"],
  ["tools", "base", "a list of tools"],
  ["tools", '["base", "make", "gcc"]', '"make", "gcc"; the tools are base, native'],
  ["tools", '["base", "base"]', "twice"],
  ["tools", '["native"]', "has no base"],
  ["agentsAtOnce", "0", "from 1 to 50"],
  ["agentsAtOnce", "many", "a number of agents"],
  ["memory", "1100mb", "multiple of 256mb"],
  ["memory", "4gb", "more than shared-cpu-1x can have"],
  ["attachmentLimit", "0mb", "at least 1"],
  ["attachmentLimit", "103mb", "more than a tenth of the machine's memory, 102mb"],
  ["attachmentLimit", "large", "a size like 50mb"],
  ["volumeSize", "0gb", "1 to 500"],
  ["volumeSize", "big", "a size like 3gb"],
  ["volumeLimit", "501gb", "1 to 500"],
  ["volumeLimit", "big", "a size like 10gb"],
  ["volumeLimit", "3gb", "not more than the volume's size, 3gb"],
  ["snapshotRetention", "61", "1 to 60"],
  ["snapshotRetention", "often", "a number of days"],
  ["appName", "My App", "lowercase letters"],
  ["appName", "a".repeat(64), "64 characters"],
  ["tags", "paperclip", "a list of tags"],
  ["tags", '["paperclip"]', "tag:name"],
  ["tags", "[]", "is empty"],
  ["image", "registry.fly.io/paperclip:latest", "by digest"],
  ["controlServer", "headscale.example", "URL"],
  ["offerClaudeToken", "never", "true or false"],
  ["tailscaleSsh", "yes", "true or false"],
  ["tailscaleLogs", "yes", "true or false"],
  ["imageBuildArgs", "[1]", "an object of build arguments"],
])("%s = %s", (key, value, reason) => {
  test("is refused with the reason and the command that fixes it", () => {
    const { settings, mistakes } = check({ [key]: value });
    expect(settings).toBeUndefined();
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]?.what).toContain(key);
    expect(mistakes[0]?.what).toContain(reason);
    expect(mistakes[0]?.fix).toMatch(new RegExp(`^pulumi config (set|rm) .*${key}`));
  });
});

test("an unknown setting is named together with the settings there are", () => {
  const { mistakes } = check({ memroy: "1gb" });
  expect(mistakes).toEqual([
    {
      what: expect.stringMatching(/^memroy is not a setting; the settings are region, /),
      fix: "pulumi config rm memroy",
    },
  ]);
});

test("all mistakes are reported at once, each with its command", () => {
  const { mistakes } = check({
    region: "",
    tailnet: "tail",
    memory: "512mb",
    tags: "x",
    bogus: "1",
    claudeToken: "clear",
    anthropicKey: claudeToken("very-secret"),
  });
  const text = mistakesText("stack acme", mistakes);
  expect(mistakes).toHaveLength(9);
  expect(text).toContain("stack acme needs 9 things fixed");
  expect(text).not.toContain("very-secret");
  for (const command of [
    "set region",
    "set tailnet",
    "set memory",
    "set --path 'tags[0]'",
    "rm bogus",
    "set --secret claudeToken",
    "rm anthropicKey",
  ]) {
    expect(text).toContain(`pulumi config ${command}`);
  }
});
