import { describe, expect, test } from "vitest";
import { findCommand, suggestions } from "../../../../local/flyctl/cli/findCommand.ts";
import { usageText } from "../../../../local/flyctl/cli/usage.ts";
import { root } from "../../../../local/flyctl/commandTree.ts";
import { lineDiff } from "../../../../local/flyctl/output/lineDiff.ts";
import { framedTable, table } from "../../../../local/flyctl/output/table.ts";

describe("commands", () => {
  test.each([
    [["vol", "ls", "-a", "x"], "flyctl volumes list", ["-a", "x"]],
    [["-t", "token", "m", "exec", "id", "ls"], "flyctl machine exec", ["-t", "token", "id", "ls"]],
    [["apps", "create", "--help"], "flyctl apps create", ["--help"]],
    [["apps", "nosuch"], "flyctl apps", ["nosuch"]],
  ])("%j is found whatever flags stand between its words", (argv, line, rest) => {
    const found = findCommand(root, argv);
    expect(found.path.map(({ name }) => name).join(" ")).toBe(line);
    expect(found.argv).toEqual(rest);
  });

  test("a mistyped one suggests what was meant", () => {
    expect(suggestions(root, "stats")).toEqual(["status"]);
    expect(suggestions(root, "mach")).toEqual(["machine", "mcp"]);
  });

  test("the usage of one wraps what its flags do at 80 columns", () => {
    const { path } = findCommand(root, ["secrets", "deploy"]);
    expect(usageText(path)).toBe(`Usage:
  flyctl secrets deploy [flags]

Flags:
  -a, --app string      Application name
  -c, --config string   Path to application configuration file
      --detach          Return immediately instead of monitoring
                        deployment progress
      --dns-checks      Perform DNS checks during deployment (default true)
  -h, --help            help for deploy

Global Flags:
  -t, --access-token string   Fly API Access Token
      --debug                 Print additional logs and traces
      --verbose               Verbose output
`);
  });
});

describe("tables", () => {
  test("align their columns, also where an emoji takes two", () => {
    expect(
      table(
        [
          ["app💀", "x"],
          ["web", "long"],
        ],
        ["Process", "Id"],
      ),
    ).toBe(" PROCESS │ ID   \n app💀   │ x    \n web     │ long \n\n");
  });

  test("have a rule only if there are rows below it", () => {
    expect(framedTable([["a", "b"]], ["One", "Two"])).toBe(" ONE │ TWO \n─────┼─────\n a   │ b   \n");
    expect(framedTable([], ["One", "Two"])).toBe(" ONE │ TWO \n");
  });
});

test("a difference shows two lines around it and counts the others", () => {
  const before = ["1", "2", "3", "4", "5", "6", "7", "8"];
  const after = before.map((line) => (line === "5" ? "five" : line));
  expect(lineDiff(before.join("\n"), after.join("\n")).split("\n")).toEqual([
    "  \t... // 2 identical lines",
    "  \t3",
    "  \t4",
    "- \t5",
    "+ \tfive",
    "  \t6",
    "  \t7",
    "  \t8",
    "  \t",
  ]);
});
