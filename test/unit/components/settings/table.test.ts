import { describe, expect, test } from "vitest";
import { checkArgs, problemsOf } from "../../../../components/settings/args.ts";
import { entryPath } from "../../../../components/settings/commands.ts";
import { defaultText, exampleText, fixOf, setCommand } from "../../../../components/settings/fixes.ts";
import { count, text } from "../../../../components/settings/forms.ts";
import { type MachineArgs, machineSettings } from "../../../../components/settings/machine.ts";
import type { Rows } from "../../../../components/settings/row.ts";
import { type Setting, settings, withDefaults } from "../../../../components/settings/table.ts";
import { anthropicKey, claudeToken } from "../../../support/credentials.ts";

/** No file of the program contains a secret, so the test has an example for each. */
const secrets: Record<string, string> = {
  anthropicKey: anthropicKey("example"),
  claudeToken: claudeToken("example"),
  extraSecrets: '{"GITHUB_TOKEN":"ghp_x"}',
};

/** The reasons why a text is wrong, read and checked as the program does it. */
function reasons(setting: Setting, value: string): string[] {
  const { success, data } = setting.form.codec.safeDecode(value);
  if (!success) return [`is not ${setting.form.words}`];
  return problemsOf(setting, data, withDefaults({})).map(({ reason }) => reason);
}

const byKey = settings.map((setting) => ({ key: setting.key, setting }));
const withDefault = byKey.filter(({ setting }) => "default" in setting);

describe.each(byKey)("$key", ({ setting }) => {
  test("has an example that it takes", () => {
    const example = setting.secret ? secrets[setting.key] : exampleText(setting);
    expect(example).toBeTruthy();
    expect(reasons(setting, example ?? "")).toEqual([]);
  });

  test("has commands that set and fix it, with values that it takes", () => {
    for (const command of [
      setCommand(setting),
      fixOf(setting),
      fixOf(setting, undefined, { size: "shared-cpu-1x" }),
    ]) {
      const typed = /^(?:.* \| )?pulumi config (set|rm) (--secret )?(--path )?(\S+) ?(.*)$/.exec(command);
      const [, verb, , path, key = "", value = ""] = typed ?? [];
      expect(key, command).toMatch(new RegExp(`^'?${setting.key}\\b`));
      if (verb === "rm") expect("required" in setting, command).toBe(false);
      else if (!path && !setting.secret) expect(reasons(setting, value), command).toEqual([]);
    }
  });

  test("is told to people in one sentence", () => {
    expect(setting.says).toMatch(/^[A-Z].{20,}[^.]$/);
  });
});

test.each(withDefault)(
  "the default of $key is a value that it takes, and its text is read as that",
  ({ setting }) => {
    expect(reasons(setting, defaultText(setting))).toEqual([]);
    expect(setting.form.codec.decode(defaultText(setting))).toEqual("default" in setting && setting.default);
  },
);

test("no two settings have one name", () => {
  expect(new Set(settings.map(({ key }) => key)).size).toBe(settings.length);
});

describe("the component", () => {
  const args = { appName: "acme", region: "ams", tailnet: "tail1234.ts.net" };

  test("has the defaults of Pulumi.yaml for what is left out or undefined", () => {
    const texts = Object.fromEntries(
      withDefault.map(({ setting }) => [setting.argument, defaultText(setting)]),
    );
    const complete = new Map<string, unknown>(
      Object.entries(checkArgs({ ...args, ...Object.fromEntries([["size", undefined]]) })),
    );
    for (const { setting } of withDefault)
      expect(setting.form.codec.encode(complete.get(setting.argument))).toBe(texts[setting.argument]);
  });

  test("keeps what is given", () => {
    expect(checkArgs({ ...args, memoryMb: 2048, tags: ["tag:other"] })).toMatchObject({
      memoryMb: 2048,
      tags: ["tag:other"],
      volumeSizeGb: 3,
    });
  });

  test("reports a wrong argument with its path, its value and the reason, using the default of an argument that it depends on", () => {
    expect(() => checkArgs({ ...args, memoryMb: 4096, volumeLimitGb: 2 })).toThrow(
      expect.objectContaining({
        errors: [
          {
            propertyPath: "memoryMb",
            reason: expect.stringMatching(/^4096 is more than shared-cpu-1x can have/),
          },
          { propertyPath: "volumeLimitGb", reason: "2 is not more than the volume's size, 3gb" },
        ],
      }),
    );
  });
});

test("an object of texts takes what Pulumi makes of a typed true or number", () => {
  const codec = (settings.find(({ key }) => key === "imageBuildArgs") as Setting).form.codec;
  expect(codec.decode('{"AGENT_SANDBOXES":true,"LEVEL":7,"NAME":"x"}')).toEqual({
    AGENT_SANDBOXES: "true",
    LEVEL: "7",
    NAME: "x",
  });
  expect(codec.safeDecode('{"NAME":["x"]}').success).toBe(false);
});

describe("the command that fixes it", () => {
  const setting = (key: string) => settings.find((one) => one.key === key) as Setting;

  test("gives a performance preset the memory that it comes with", () => {
    expect(fixOf(setting("memory"), 1024, { size: "performance-2x" })).toBe("pulumi config set memory 4gb");
    expect(fixOf(setting("memory"), 512, { size: "shared-cpu-1x" })).toBe("pulumi config set memory 1gb");
  });

  test("removes a list of several tags, because any of them can be the wrong one", () => {
    expect(fixOf(setting("tags"), ["wrong"])).toBe("pulumi config set --path 'tags[0]' tag:paperclip");
    expect(fixOf(setting("tags"), ["tag:a", "wrong"])).toBe("pulumi config rm tags");
  });

  test.each([
    ["TOKEN", "extraSecrets.TOKEN"],
    ["MY-TOKEN", "extraSecrets.MY-TOKEN"],
    ["my.token", `'extraSecrets["my.token"]'`],
    ["it's", `'extraSecrets["it'\\''s"]'`],
  ])("names one entry as Pulumi and the shell take it: %s", (name, path) => {
    expect(entryPath("extraSecrets", name)).toBe(`--path ${path}`);
  });
});

/** `npm run check` fails if one of the lines below a `@ts-expect-error` compiles. */
describe("the table does not compile", () => {
  const { region, ...withoutRegion } = machineSettings;

  test("without the row of an argument", () => {
    // @ts-expect-error
    expect(withoutRegion satisfies Rows<MachineArgs>).not.toHaveProperty("region");
  });

  test("with a row that has no argument", () => {
    // @ts-expect-error
    expect({ ...machineSettings, dummy: region } satisfies Rows<MachineArgs>).toHaveProperty("dummy");
  });

  test("with a row whose values are of another type than the argument", () => {
    const numeric = { ...region, form: count("regions") };
    const textual = { form: text, default: "1gb", says: "" };
    // @ts-expect-error
    expect({ ...machineSettings, region: numeric } satisfies Rows<MachineArgs>).toHaveProperty("region");
    // @ts-expect-error
    expect({ ...machineSettings, memoryMb: textual } satisfies Rows<MachineArgs>).toHaveProperty("memoryMb");
  });
});
