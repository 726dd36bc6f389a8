import { describe, expect, test } from "vitest";
import { z } from "zod";
import { jsonOrUndefined, parseJson, parseShaped } from "../../../components/json.ts";

const shape = z.object({ name: z.string(), count: z.number() });

describe("JSON that may hold secrets", () => {
  test("is read", () => {
    expect(parseJson('{"a":[1,null]}', "it")).toEqual({ a: [1, null] });
    expect(parseJson("null", "it")).toBeNull();
  });

  test("is in no error when it cannot be read", () => {
    const error = (() => {
      try {
        return parseJson('{"token": "sk-ant-secret', "the answer of flyctl");
      } catch (error) {
        return String(error);
      }
    })();
    expect(error).toBe("Error: the answer of flyctl is not JSON");
  });

  test("is in no error when it is not as expected; the error names the fields", () => {
    const wrong = JSON.stringify({ name: 77_777, count: "sk-ant-secret" });
    const read = () => parseShaped(wrong, shape, "the answer of flyctl");
    expect(read).toThrow(/^the answer of flyctl is not as expected:[\s\S]*name[\s\S]*count/);
    expect(read).not.toThrow(/sk-ant-secret|77777/);
  });

  test.each(["", "{", "undefined"])("is undefined where there is none, for who asks so: %j", (text) => {
    expect(jsonOrUndefined(text)).toBeUndefined();
  });
});
