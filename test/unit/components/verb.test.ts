import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { lifecycle } from "../../../components/lifecycle.ts";

const root = join(import.meta.dirname, "../../..");

/** Prints the URL of each file that Node.js loads. */
const printsLoaded = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from "node:module";
  registerHooks({
    load(url, context, next) {
      process.stderr.write(url + "\\n");
      return next(url, context);
    },
  });
`)}`;

const verb = (words: string, ...options: string[]) =>
  execa(process.execPath, [...options, "components/verb.mjs", words], {
    cwd: root,
    reject: false,
    stdin: "ignore",
  });

describe("a verb", () => {
  test("prints its outputs as JSON, and loads only its own object's file and nothing of Pulumi's", async () => {
    const { stdout, stderr } = await verb("anthropic/token create", "--import", printsLoaded);
    expect(JSON.parse(stdout)).toEqual({ setOn: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) });
    const loaded = stderr.split("\n");
    expect(loaded.filter((url) => url.includes("/verbs/"))).toEqual([
      expect.stringContaining("components/anthropic/verbs/token.ts"),
    ]);
    expect(loaded.filter((url) => url.includes("@pulumi"))).toEqual([]);
  });

  test("of an object that this version does not know says what to do with the stack", async () => {
    const { exitCode, stdout, stderr } = await verb("fly/nothing remove");
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/no object "fly\/nothing"[\s\S]*with that version or a later one/);
    for (const object of Object.keys(lifecycle)) expect(stderr).toContain(object);
  });

  test.each(["fly/app", "fly/app destroy", "toString create", "../fly/app create"])(
    "that there is not, is one sentence: %s",
    async (words) => {
      const { exitCode, stderr } = await verb(words);
      expect(exitCode).toBe(1);
      expect(stderr).toContain('usage: node components/verb.mjs "OBJECT create|update|remove"');
      expect(stderr).not.toContain("    at ");
    },
  );
});

test("every object's file is there, with the three verbs", async () => {
  for (const load of Object.values(lifecycle)) {
    const { create, update, remove } = await load();
    expect([typeof create, typeof update, typeof remove]).toEqual(["function", "function", "function"]);
  }
});
