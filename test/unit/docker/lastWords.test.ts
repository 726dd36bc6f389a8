import { describe, expect, test } from "vitest";
import { lastWords } from "../../../docker/server/lastWords.js";

test("the message comes first, then where it was thrown", () => {
  const [first, second] = lastWords(new TypeError("no such agent"));
  expect(first).toBe("server: ended by an error: TypeError: no such agent");
  expect(second).toMatch(/^server: {3}at .*lastWords\.test\.ts:\d+:\d+/);
});

test("no source line is printed, because one line is the whole server", () => {
  const error = new SyntaxError("Unexpected token");
  error.stack = `server.cjs:1\n${"x".repeat(50_000)}\n^^^\n${error.stack}`;
  expect(Math.max(...lastWords(error).map((line) => line.length))).toBeLessThan(300);
});

test("the cause is printed, with the operating system's code", () => {
  const cause = Object.assign(new Error("connect failed"), { code: "ECONNREFUSED" });
  const lines = lastWords(new Error("no database", { cause }));
  expect(lines).toContain("server: caused by: Error: connect failed (ECONNREFUSED)");
});

test("errors that cause each other in a circle are cut off", () => {
  const error = new Error("one");
  error.cause = error;
  expect(lastWords(error).length).toBeLessThan(200);
});

describe("no secret is told:", () => {
  test.each([
    ["a key", `refused sk-ant-oat01-${"a1-B2_".repeat(16)} there`, "refused … there"],
    [
      "an address's password",
      "cannot reach postgres://paperclip:hunter2@db/paperclip",
      "cannot reach postgres://…@db/paperclip",
    ],
    ["a statement's values", "Failed query: select $1\nparams: hunter2,x\n", "Failed query: select $1"],
    ["values with more lines", "Failed query: select $1\nparams: a\nhunter2", "Failed query: select $1"],
  ])("%s", (_, message, told) => {
    expect(lastWords(new Error(message))[0]).toBe(`server: ended by an error: Error: ${told}`);
    expect(lastWords(new Error(message)).join("\n")).not.toContain("hunter2");
  });

  test("what the error carries besides", () => {
    const error = Object.assign(new Error("duplicate"), { parameters: ["hunter2"], detail: "Key (hunter2)" });
    expect(lastWords(error).join("\n")).not.toContain("hunter2");
  });
});

test.each([
  ["a text", "gone", "gone"],
  ["nothing", undefined, "undefined"],
  ["an object", { reason: "x" }, "Object: "],
  ["an object without a kind", Object.create(null), "an object: "],
])("whatever was thrown is told: %s", (_, thrown, told) => {
  expect(lastWords(thrown)).toEqual([`server: ended by an error: ${told}`]);
});
