import { describe, expect, test } from "vitest";
import { Panic } from "../../../../local/flyctl/errors.ts";
import { parseSecrets } from "../../../../local/flyctl/secrets/parseSecrets.ts";

const longest = 65_535;

describe("secrets import", () => {
  test.each([
    ["a plain pair", "A=1", { A: "1" }],
    ["comments and blank lines", "# A=1\n\n   \nB=2", { B: "2" }],
    ["blanks around a name and before a value, but not after it", " A  =  1  ", { A: "1  " }],
    ["a value up to its first #", "A=abc#def", { A: "abc" }],
    ["no blanks before a #", "A=abc  # note", { A: "abc" }],
    ["a # between quotes", 'A="a # b"', { A: "a # b" }],
    ["a # after an odd number of quotes", 'A=x"y#z', { A: 'x"y#z' }],
    ["double and single quotes without them", "A=\"1\"\nB='2'", { A: "1", B: "2" }],
    ["quotes that do not match as they are", "A=\"1'", { A: "\"1'" }],
    ["no escapes", 'A="a\\nb"', { A: "a\\nb" }],
    ["three quotes on one line", 'A="""one"""', { A: "one" }],
    ["nothing between six quotes", 'A=""""""', { A: "" }],
    ["several lines between three quotes", 'A="""l1\n# l2\n\nl3"""', { A: "l1\n# l2\n\nl3" }],
    ["JSON", 'A={"a":"b"}', { A: '{"a":"b"}' }],
    ["everything after the first =", "A=b=c", { A: "b=c" }],
    ["a shell's export as part of the name", "export A=1", { "export A": "1" }],
    ["the last of two values", "A=1\nA=2", { A: "2" }],
    ["lines that end as on Windows", "A=1\r\nB=2\r\n", { A: "1", B: "2" }],
    ["an empty name", "=1", { "": "1" }],
  ])("takes %s", (_, input, secrets) => {
    expect(parseSecrets(input)).toEqual(secrets);
  });

  test.each([
    ["an unterminated value of several lines", 'A=1\nB="""x\nC=2', { A: "1" }],
    ["a line of more than 64 KiB and what follows it", `A=1\nB=${"x".repeat(longest - 1)}\nC=2`, { A: "1" }],
  ])("loses %s without a word", (_, input, secrets) => {
    expect(parseSecrets(input)).toEqual(secrets);
  });

  test("takes a line of just under 64 KiB", () => {
    const value = "x".repeat(longest - 2);
    expect(parseSecrets(`A=${value}\nB=2`)).toEqual({ A: value, B: "2" });
  });

  test("repeats a line that is no pair", () => {
    expect(() => parseSecrets("A=1\nmy secret")).toThrow(
      "Secrets must be provided as NAME=VALUE pairs (my secret is invalid)",
    );
  });

  test.each(['A="', "A='"])("panics at %s, as flyctl does", (input) => {
    expect(() => parseSecrets(input)).toThrow(Panic);
  });
});
