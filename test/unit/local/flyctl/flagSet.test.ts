import { describe, expect, test } from "vitest";
import { type Flag, FlagSet, UsageError } from "../../../../local/flyctl/cli/flagSet.ts";

const flags: Flag[] = [
  { name: "app", short: "a", type: "string" },
  { name: "json", short: "j", type: "bool" },
  { name: "quiet", short: "q", type: "bool" },
  { name: "ha", type: "bool", default: "true" },
  { name: "no-public-ips", type: "bool" },
  { name: "size", type: "int", default: "1" },
  { name: "wait", type: "duration" },
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
});
