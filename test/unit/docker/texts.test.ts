import { describe, expect, test } from "vitest";
import {
  linkFrom,
  trimTrailingPunctuation,
  trimUrlToken,
  withoutMarks,
} from "../../../docker/server/texts.js";
import { numbers } from "../../support/numbers.ts";

/** For each position of a line: the link or image that is found there, or nothing. */
const links = (line: string, from: (line: string, at: number) => string) =>
  Array.from(line, (_, at) => {
    const rest = from(line, at);
    return rest.match(/^!\[([^\]]*)\]\(([^)]*)\)/)?.[0] ?? rest.match(/^\[([^\]]+)\]\(([^)]*)\)/)?.[0] ?? "";
  }).join("\0");

/** Paperclip's own functions, which are quadratic, from @paperclipai/shared and @paperclipai/server 2026.916.1. */
const paperclips = {
  trimTrailingPunctuation(token: string): string {
    let trimmed = token;
    while (trimmed.length > 0) {
      const last = trimmed.at(-1) ?? "";
      if (!".,!?;:".includes(last) && last !== ")" && last !== "]") break;
      const count = (bracket: RegExp) => trimmed.match(bracket)?.length ?? 0;
      if ((last === ")" && count(/\(/g) >= count(/\)/g)) || (last === "]" && count(/\[/g) >= count(/\]/g)))
        break;
      trimmed = trimmed.slice(0, -1);
    }
    return trimmed;
  },
  trimUrlToken(value: string): string {
    let result = value.replace(/[.,;:!?]+$/g, "");
    for (const [open = "", close = ""] of ["()", "[]", "{}"].map((pair) => [...pair]))
      while (result.endsWith(close) && result.split(close).length > result.split(open).length)
        result = result.slice(0, -1);
    return result;
  },
  withoutMarks: (text: string) => text.replace(/(^|\s)[#>*_~|]+|[#>*_~|]+(?=\s|$)/g, " "),
  links: (text: string) => links(text, (line, at) => line.slice(at)),
};
const ours = {
  trimTrailingPunctuation,
  trimUrlToken,
  withoutMarks: (text: string) => text.replace(/\s?[#>*_~|]+/g, withoutMarks),
  links: (text: string) => links(text, linkFrom),
};
type Name = keyof typeof ours;
const names = Object.keys(ours) as Name[];

const parts = [
  ..."()[]{}.,!?;:#>*_~| \n\ta1",
  "http://a.b/",
  "[a](b)",
  "![](c)",
  "](",
  "TASK-1",
  "**",
  "```",
];
function* texts() {
  const next = numbers(6);
  for (let n = 0; n < 20_000; n += 1)
    yield Array.from({ length: next(14) }, () => parts[next(parts.length)]).join("");
}

describe.each(names)("%s", (name) => {
  test("gives what Paperclip's own gives", () => {
    let changed = 0;
    for (const text of texts()) {
      const wanted = paperclips[name](text);
      expect(ours[name](text), JSON.stringify(text)).toBe(wanted);
      if (wanted !== text) changed += 1;
    }
    expect(changed).toBeGreaterThan(1000);
  });

  test.each(["]", "[a](", "[a]b)", ")", "}", "#", ".", "(]", "[)", "*a"])(
    "is done at once with 200,000 characters of %s, which take Paperclip's own 40 seconds or more",
    (part) => {
      const text = `/issues/${part.repeat(200_000 / part.length)}`;
      for (const whole of [text, `${text}x`])
        expect(ours[name](whole).length).toBeLessThanOrEqual(2 * whole.length);
    },
  );
});
