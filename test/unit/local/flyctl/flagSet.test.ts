import { describe, expect, test } from "vitest";
import { type Flag, FlagSet, HelpRequested, UsageError } from "../../../../local/flyctl/cli/flagSet.ts";

const flags: Flag[] = [
  { name: "app", short: "a", type: "string", help: "" },
  { name: "json", short: "j", type: "bool", help: "" },
  { name: "quiet", short: "q", type: "bool", help: "" },
  { name: "ha", type: "bool", default: "true", help: "" },
  { name: "no-public-ips", type: "bool", help: "" },
  { name: "size", type: "int", default: "1", help: "" },
  { name: "wait", type: "duration", help: "" },
  { name: "regions", type: "strings", aliases: ["only-regions"], help: "" },
  { name: "env", short: "e", type: "stringArray", help: "" },
  { name: "depot", type: "string", default: "auto", bare: "true", help: "" },
];
const parse = (...argv: string[]) => new FlagSet(flags, argv);

describe("flags as Go's pflag reads them", () => {
  test.each([
    [["--app", "x"]],
    [["--app=x"]],
    [["-a", "x"]],
    [["-ax"]],
    [["-a=x"]],
    [["-jax"]],
    [["--app", "y", "--app", "x"]],
  ])("%j names the app x", (argv) => {
    expect(parse(...argv).string("app")).toBe("x");
  });

  test("a boolean is true without a value and takes one only after =", () => {
    const set = parse("--ha=false", "--json", "false");
    expect([set.bool("ha"), set.bool("json"), set.args]).toEqual([false, true, ["false"]]);
  });

  test("a flag whose name begins with no- is no negation", () => {
    const set = parse("--no-public-ips");
    expect([set.bool("no-public-ips"), set.isGiven("no-public-ips")]).toEqual([true, true]);
    expect(() => parse("--public-ips")).toThrow("unknown flag: --public-ips");
  });

  test("a string flag may have a value of its own when none is given", () => {
    expect([parse().string("depot"), parse("--depot").string("depot")]).toEqual(["auto", "true"]);
    expect(parse("--depot", "x").args).toEqual(["x"]);
  });

  test("a list is split at commas and may be given again; an array is not split", () => {
    const set = parse("--regions", "a,b", "--only-regions=c", "-e", "A=1,2", "-e", "B=3");
    expect(set.strings("regions")).toEqual(["a", "b"]);
    expect(parse("--only-regions=c").strings("regions")).toEqual(["c"]);
    expect(set.strings("env")).toEqual(["A=1,2", "B=3"]);
  });

  test("what follows -- is no flag", () => {
    expect(parse("x", "--", "--json").args).toEqual(["x", "--json"]);
  });

  test.each([
    [["--nope"], "unknown flag: --nope"],
    [["-jx"], "unknown shorthand flag: 'x' in -x"],
    [["--app"], "flag needs an argument: --app"],
    [["-ja"], "flag needs an argument: 'a' in -a"],
    [
      ["--size", "x"],
      'invalid argument "x" for "--size" flag: strconv.ParseInt: parsing "x": invalid syntax',
    ],
    [
      ["--json=x"],
      'invalid argument "x" for "-j, --json" flag: strconv.ParseBool: parsing "x": invalid syntax',
    ],
    [["--wait=5"], 'invalid argument "5" for "--wait" flag: time: missing unit in duration "5"'],
  ])("%j is refused", (argv, message) => {
    expect(() => parse(...argv)).toThrow(new UsageError(message));
  });

  test.each([[["-h"]], [["--help"]], [["x", "--json", "-h"]]])("%j asks for help", (argv) => {
    expect(() => parse(...argv)).toThrow(HelpRequested);
  });
});
