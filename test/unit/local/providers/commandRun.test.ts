import { describe, expect, test } from "vitest";
import { inputFailures } from "../../../../local/providers/command/inputs.ts";
import { LineSplitter } from "../../../../local/providers/command/lines.ts";
import { run } from "../../../../local/providers/command/run.ts";
import { type PropertyMap, UNKNOWN } from "../../../../local/providers/properties.ts";
import type { Context } from "../../../../local/providers/provider.ts";
import { quote } from "../../../../local/providers/quote.ts";

function contextWithLog(): { context: Context; log: string[] } {
  const log: string[] = [];
  const context: Context = {
    signal: new AbortController().signal,
    log: async (_severity, message) => {
      log.push(message);
    },
  };
  return { context, log };
}

const nothing = { stdout: "", stderr: "" };

describe("lines", () => {
  const split = (...chunks: string[]) => {
    const lines: string[] = [];
    const splitter = new LineSplitter((line) => lines.push(line));
    for (const chunk of chunks) splitter.write(Buffer.from(chunk));
    splitter.end();
    return lines;
  };

  test("are put together from chunks, and the last needs no newline", () => {
    expect(split("a", "b\nc\r\n", "\nd")).toEqual(["ab", "c", "", "d"]);
  });

  test("are refused when they are too long for the real plugin", () => {
    expect(split("x".repeat(65_535), "\n")).toHaveLength(1);
    expect(() => split("x".repeat(65_536))).toThrow("hangs for ever");
  });
});

describe("a command", () => {
  test("that prints a line too long for the log is ended, with the reason and without the line", async () => {
    const { context } = contextWithLog();
    const endless = "head -c 200000 /dev/zero | tr '\\0' x; exec sleep 600";
    const ended = run(endless, {}, nothing, context);
    await expect(ended).rejects.toThrow('set logging: "none"');
    await expect(ended).rejects.not.toThrow("xxx");
  });

  test("is allowed to print such a line when it is not logged", async () => {
    const { context, log } = contextWithLog();
    const long = "head -c 70000 /dev/zero | tr '\\0' x";
    const { stdout } = await run(long, { logging: "none" }, nothing, context);
    expect(stdout).toHaveLength(70_000);
    expect(log).toEqual([]);
  });

  test("does not have to read its stdin", async () => {
    const { context } = contextWithLog();
    const { stdout } = await run("echo done", { stdin: "x".repeat(1_000_000) }, nothing, context);
    expect(stdout).toBe("done");
  });

  test("is logged to the last line by the time it ends", async () => {
    const { context, log } = contextWithLog();
    await run("seq 1 500", {}, nothing, context);
    expect(log).toHaveLength(500);
  });
});

test.each<[PropertyMap, string]>([
  [{ assetPaths: ["*"] }, 'the property "assetPaths"'],
  [{ triggers: [1] }, 'the property "triggers"'],
  [{ interpreter: UNKNOWN }, "a value of interpreter that is not known yet"],
])("what the real plugin takes and the stand-in does not is refused by name: %j", (more, what) => {
  const [failure, ...others] = inputFailures({ create: "x", ...more });
  expect(others).toEqual([]);
  expect(failure?.reason).toContain(`the stand-in for pulumi-resource-command does not serve ${what}`);
});

test("text is quoted as in Go", () => {
  expect(quote('tab\t"q" \\ é \u0001 \u2028 😀\n')).toBe('"tab\\t\\"q\\" \\\\ é \\x01 \\u2028 😀\\n"');
});
