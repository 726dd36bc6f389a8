import { expect, test } from "vitest";
import { registryPassword } from "../../../../components/fly/token.ts";

test.each([
  ["FLY_API_TOKEN", { FLY_API_TOKEN: "fo1_a" }, "fo1_a"],
  ["FLY_ACCESS_TOKEN before FLY_API_TOKEN", { FLY_ACCESS_TOKEN: "fo1_b", FLY_API_TOKEN: "fo1_a" }, "fo1_b"],
  ["nothing of an empty FLY_ACCESS_TOKEN", { FLY_ACCESS_TOKEN: "", FLY_API_TOKEN: "fo1_a" }, ""],
  ["a token without its scheme", { FLY_API_TOKEN: "FlyV1 fm2_a,fm2_b" }, "fm2_a,fm2_b"],
  ["of several the macaroons", { FLY_API_TOKEN: "FlyV1 fm2_a, fo1_b" }, "fm2_a"],
])("the registry's password is %s", (_, environment, password) => {
  expect(registryPassword(environment)).toBe(password);
});
