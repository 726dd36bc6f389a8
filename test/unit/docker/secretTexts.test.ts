import { describe, expect, test } from "vitest";
import {
  hideAssignments,
  hideFields,
  hideOptions,
  isSecretOption,
  secretPart,
} from "../../../docker/server/secretTexts.js";
import { numbers } from "../../support/numbers.ts";

const raw = String.raw;
const tick = "`";
const hidden = "***REDACTED***";
/** Paperclip's own patterns, from @paperclipai/server and @paperclipai/adapter-utils 2026.916.1. */
const fieldName = raw`[A-Za-z0-9_-]*(?:api[-_]?key|access[-_]?token|auth(?:_?token)?|token|authorization|bearer|secret|passwd|password|credential|jwt|private[-_]?key|cookie|connectionstring|browser[-_]?code|login[-_]?url)[A-Za-z0-9_-]*`;
const name = raw`[A-Za-z0-9_-]*(?:api[-_]?key|(?:access[-_]?|auth[-_]?)?token|token|authorization|bearer|secret|passwd|password|credential|jwt|private[-_]?key|cookie|connectionstring)[A-Za-z0-9_-]*`;
const field = new RegExp(raw`((?:"|')?${fieldName}(?:"|')?\s*:\s*(?:"|'))[^"'${tick}\r\n]+((?:"|'))`, "gi");
const escapedField = new RegExp(raw`((?:\\")?${fieldName}(?:\\")?\s*:\s*(?:\\"))[^\\\r\n]+((?:\\"))`, "gi");
const option = new RegExp(raw`(\B-{1,2}${name}(?:\s+|=)(["']?))[^\s"'${tick}]+(\2)`, "gi");
const assignment = new RegExp(
  raw`(\b${name}\s*=\s*)(?:(\\["'])([\s\S]*?)\2|(["'])([^"'${tick}\r\n]*)\4|([^\s"'${tick}]+))`,
  "gi",
);
const flag = new RegExp(raw`^-{1,2}${fieldName}$`, "i");

const inFields = secretPart(fieldName);
const inNames = secretPart(name);
const rows: Record<string, { paperclips: (text: string) => string; ours: (text: string) => string }> = {
  "fields of JSON": {
    paperclips: (text) => text.replace(field, `$1${hidden}$2`).replace(escapedField, `$1${hidden}$2`),
    ours: (text) => hideFields(text, inFields, hidden),
  },
  "options of a program": {
    paperclips: (text) => text.replace(option, `$1${hidden}$3`),
    ours: (text) => hideOptions(text, inNames, hidden),
  },
  "variables that are assigned": {
    paperclips: (text) =>
      text.replace(assignment, (_, prefix, escapedQuote, _value, rawQuote) => {
        const quote = escapedQuote ?? rawQuote ?? "";
        return `${prefix}${quote}${hidden}${quote}`;
      }),
    ours: (text) => hideAssignments(text, inNames, hidden),
  },
};

const parts = [
  ...[
    "token",
    "API-KEY",
    "api_key",
    "Authorization",
    "auth",
    "auth_token",
    "jwt",
    "x",
    "a1",
    "_",
    "-",
    "--",
    "é",
  ],
  ...[
    '"',
    "'",
    "`",
    '\\"',
    "\\'",
    "\\",
    ":",
    "=",
    " ",
    "  ",
    "\n",
    "\r",
    "Bearer ",
    "value",
    "12",
    ",",
    "$1",
  ],
];

function* texts(count: number) {
  const next = numbers(41);
  const shapes = [
    '"token": "abc"',
    '\\"my-secret\\":\\"x y\\"',
    "--api-key=abc",
    '-token "q"',
    "PASSWORD = 'p q'",
    'jwt=\\"a\\"',
  ];
  const part = () => (next(6) === 0 ? shapes[next(shapes.length)] : parts[next(parts.length)]);
  for (let n = 0; n < count; n += 1) yield Array.from({ length: next(16) }, part).join("");
}

describe.each(Object.entries(rows))("%s", (_, { paperclips, ours }) => {
  test("are hidden where Paperclip's own patterns hide them", () => {
    let changed = 0;
    for (const text of texts(40_000)) {
      const wanted = paperclips(text);
      expect(ours(text), JSON.stringify(text)).toBe(wanted);
      if (wanted !== text) changed += 1;
    }
    expect(changed).toBeGreaterThan(1000);
  });

  test.each(["token", "a-", "-", "token=", "token: ", "--token ", "token=\\'", 'token:"', "=", " "])(
    "are found in a million of %s",
    (part) => {
      const text = part.repeat(1_000_000 / part.length);
      expect(ours(`${text}!`).length).toBeGreaterThan(0);
    },
  );
});

test("an argument is a secret's option where Paperclip takes it for one", () => {
  for (const text of texts(40_000)) expect(isSecretOption(text, inFields), text).toBe(flag.test(text));
});

test("a pattern that is no name of a secret is refused, and not guessed at", () => {
  expect(() => secretPart("token")).toThrow("has another form");
});
