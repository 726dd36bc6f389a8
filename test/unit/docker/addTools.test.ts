import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { toolsProblem } from "../../../components/settings/rules.ts";

const script = join(import.meta.dirname, "../../../docker/build/addTools.sh");

test("tools that there are not end the image's build, and a sentence names those that there are", () => {
  const { status, stderr } = spawnSync("bash", [script, "base fortran", "false"], { encoding: "utf8" });
  expect({ status, stderr }).toEqual({
    status: 64,
    stderr: 'TOOLS has "fortran"; the tools are base, native\n',
  });
});

test("the setting takes the tools that the image's build knows, and says the same of others", () => {
  const [, known = ""] = /^readonly known="(.*)"$/m.exec(readFileSync(script, "utf8")) ?? [];
  expect(known.split(" ")).toContain("base");
  expect(toolsProblem(known.split(" "))).toBeUndefined();
  expect(toolsProblem(["base", "fortran"])).toBe(
    `has "fortran"; the tools are ${known.replaceAll(" ", ", ")}`,
  );
});
