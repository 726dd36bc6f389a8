import { expect, test } from "vitest";
import { importLines } from "../../../../components/fly/secretsImport.ts";

test.each([
  ["a hexadecimal digest", "deadbeef", 'A="deadbeef"\n'],
  ["a value with a #, which a bare line would be cut at", "abc#def", 'A="abc#def"\n'],
  ["outer blanks", "  x  ", 'A="  x  "\n'],
  ["several lines", "one\ntwo", 'A="""one\ntwo"""\n'],
])("%s becomes a line that flyctl reads as it was", (_, value, line) => {
  expect(importLines({ A: value })).toEqual({ lines: line, rest: {} });
});

test.each([
  ["a value with an odd quote before the #, which quotes would be cut at", 'a"b#c'],
  ["two quotes at the beginning", '""x'],
  ["a quote alone", '"'],
  ["a line that looks like the end of the value", 'one\ntwo"""\nthree'],
  ["a carriage return at a line's end", "one\r\ntwo"],
  ["a line beyond what flyctl's scanner takes", "x".repeat(61 * 1024)],
])("%s is set on its own instead", (_, value) => {
  expect(importLines({ A: value, B: "plain" })).toEqual({ lines: 'B="plain"\n', rest: { A: value } });
});
