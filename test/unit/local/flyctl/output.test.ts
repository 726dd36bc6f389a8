import { describe, expect, test } from "vitest";
import { findCommand } from "../../../../local/flyctl/cli/findCommand.ts";
import { root } from "../../../../local/flyctl/commandTree.ts";
import { framedTable, table } from "../../../../local/flyctl/output/table.ts";

test("a command is found by its words, and what follows them is its own", () => {
  const { path, argv } = findCommand(root, ["volumes", "snapshots", "list", "vol_1", "-a", "x"]);
  expect(path.map(({ name }) => name).join(" ")).toBe("flyctl volumes snapshots list");
  expect(argv).toEqual(["vol_1", "-a", "x"]);
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
