import { describe, expect, test } from "vitest";
import { defaultText } from "../../../components/settings/fixes.ts";
import { settings } from "../../../components/settings/table.ts";
import { mistakesText } from "../../../program/mistakes.ts";
import { checkRawConfig } from "../../../program/settings.ts";
import { anthropicKey, claudeToken } from "../../support/credentials.ts";

/** What the CLI adds from Pulumi.yaml where a stack sets nothing. */
const defaults = Object.fromEntries(settings.map((setting) => [setting.key, defaultText(setting)]));
const required = { region: "ams", tailnet: "tail1234.ts.net" };

function check(texts: Record<string, string>, encrypted: string[] = []) {
  const values = Object.entries({ ...defaults, ...required, ...texts });
  return checkRawConfig("paperclip", {
    values: Object.fromEntries(values.map(([key, value]) => [`paperclip:${key}`, value])),
    secretKeys: new Set(encrypted.map((key) => `paperclip:${key}`)),
  });
}

describe("a stack that sets what is required", () => {
  test("gets typed settings with the defaults of Pulumi.yaml", () => {
    const { settings, mistakes } = check({});
    expect(mistakes).toEqual([]);
    expect(settings).toMatchObject({
      region: "ams",
      tailnet: "tail1234.ts.net",
      organization: "personal",
      size: "shared-cpu-1x",
      memoryMb: 1024,
      volumeSizeGb: 3,
      snapshotRetentionDays: 5,
      tags: ["tag:paperclip"],
    });
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
  ["agentsAtOnce", "0", "from 1 to 50"],
  ["agentsAtOnce", "many", "a number of agents"],
  ["memory", "1100mb", "multiple of 256mb"],
  ["memory", "4gb", "more than shared-cpu-1x can have"],
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

describe("a secret", () => {
  test("is refused when it is stored in clear, without showing it", () => {
    const { mistakes } = check({ claudeToken: claudeToken("very-secret") });
    expect(mistakesText("stack", mistakes)).toContain("pulumi config set --secret claudeToken");
    expect(mistakesText("stack", mistakes)).not.toContain("very-secret");
  });

  test("is accepted when it is stored encrypted", () => {
    expect(check({ claudeToken: claudeToken("very-secret") }, ["claudeToken"]).mistakes).toEqual([]);
  });

  test.each([
    ["claudeToken", claudeToken("very-secret").slice(0, 80), "cut off", /^tr -d .* --secret claudeToken$/],
    [
      "claudeToken",
      anthropicKey("very-secret"),
      "the setting anthropicKey",
      /^pulumi config set --secret anthropicKey && pulumi config rm claudeToken$/,
    ],
    [
      "anthropicKey",
      claudeToken("very-secret"),
      "the setting claudeToken",
      /^tr -d .* --secret claudeToken && pulumi config rm anthropicKey$/,
    ],
    [
      "anthropicKey",
      anthropicKey("very-secret").slice(0, 80),
      "cut off",
      /^pulumi config set .* anthropicKey$/,
    ],
  ])(
    "%s is refused by its form, with the way to fix it and nothing of its value",
    (key, value, reason, fix) => {
      const { settings, mistakes } = check({ [key]: value }, [key]);
      expect(settings).toBeUndefined();
      expect(mistakes).toEqual([{ what: expect.stringContaining(reason), fix: expect.stringMatching(fix) }]);
      expect(mistakesText("stack", mistakes)).not.toContain("very-secret");
    },
  );

  test("is warned of where both credentials are set, as agents then use the key", () => {
    const both = { claudeToken: claudeToken("a"), anthropicKey: anthropicKey("b") };
    const { settings, warnings } = check(both, ["claudeToken", "anthropicKey"]);
    expect(settings).toBeDefined();
    expect(warnings).toEqual([
      expect.stringMatching(/the key, which is billed by use.*config rm claudeToken/),
    ]);
    expect(check({ claudeToken: claudeToken("a") }, ["claudeToken"]).warnings).toEqual([]);
  });

  test.each(["1TOKEN", "MY-TOKEN", "BETTER_AUTH_SECRET", "FLY_API_TOKEN", "PATH"])(
    "may not be named %s",
    (name) => {
      const { mistakes } = check({ extraSecrets: JSON.stringify({ [name]: "value-of-it" }) }, [
        "extraSecrets",
      ]);
      expect(mistakes).toHaveLength(1);
      expect(mistakes[0]?.what).toContain(`extraSecrets.${name}`);
      expect(mistakes[0]?.what).not.toContain("value-of-it");
    },
  );
});

describe("a secret of more than Linux gives a program", () => {
  const long = "x".repeat(100 * 1024 + 1);

  test.each([
    ["claudeToken", long, "claudeToken"],
    ["anthropicKey", long, "anthropicKey"],
    ["extraSecrets", JSON.stringify({ SHORT: "x", LONG: long }), "extraSecrets.LONG"],
  ])("is refused as %s, with the reason, and its value is in no message", (key, value, named) => {
    const { mistakes } = check({ [key]: value }, [key]);
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]?.what).toContain(`${named} has 101 KB and may have 100: Linux starts no program`);
    expect(mistakesText("stack", mistakes)).not.toContain("xxx");
  });

  test("has lines that flyctl takes, else it is refused from 64 KB on", () => {
    const secret = (value: string) =>
      check({ extraSecrets: JSON.stringify({ FILE: value }) }, ["extraSecrets"]).mistakes;
    expect(secret("x".repeat(64 * 1024))).toEqual([]);
    expect(secret("x".repeat(70 * 1024))[0]?.what).toContain("break it into lines");
    expect(secret(`${"x".repeat(45 * 1024)}\n`.repeat(2).trim())).toEqual([]);
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
