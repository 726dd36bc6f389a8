import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { mistakesText } from "../../../program/mistakes.ts";
import { anthropicKey, claudeToken } from "../../support/credentials.ts";
import { check } from "../../support/settingsTexts.ts";

describe("a secret", () => {
  test("is refused when it is stored in clear, without showing it", () => {
    const { mistakes } = check({ claudeToken: claudeToken("very-secret") });
    expect(mistakesText("stack", mistakes)).toContain("pulumi config set --secret claudeToken");
    expect(mistakesText("stack", mistakes)).not.toContain("very-secret");
  });

  test("of several is named with the others, each with the command that stores it anew, and no value", () => {
    const { mistakes } = check({ extraSecrets: '{"ONE":"very-secret","my.other":"very-secret"}' });
    expect(mistakes).toEqual([
      expect.objectContaining({
        fix: "pulumi config set --secret --path extraSecrets.ONE && pulumi config set --secret --path 'extraSecrets[\"my.other\"]'",
      }),
      {
        what: expect.stringMatching(/^extraSecrets\.my\.other /),
        fix: expect.stringMatching(/^pulumi config rm --path /),
      },
    ]);
    expect(mistakesText("stack", mistakes)).not.toContain("very-secret");
  });

  test("that is no object is refused without showing it", () => {
    const { mistakes } = check({ extraSecrets: "very-secret" }, ["extraSecrets"]);
    expect(mistakes).toEqual([
      {
        what: "extraSecrets is not an object of texts, NAME to value",
        fix: expect.stringContaining("extraSecrets.NAME"),
      },
    ]);
  });

  test("goes on as an Output that keeps its mark", async () => {
    const { settings } = check({ claudeToken: claudeToken("a") }, ["claudeToken"]);
    expect(await pulumi.isSecret(pulumi.output(settings?.claudeToken))).toBe(true);
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
    "is not allowed the name %s",
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
    expect(mistakes[0]?.what).toContain(`${named} has 101 KB, and 100 are allowed: Linux starts no program`);
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
