import type { Toolchain } from "../../local/toolchain/setup.ts";

/** What `npm test` has set up before the tests. */
export function toolchain(): Toolchain {
  const text = process.env.PAPERCLIP_ON_FLY_TOOLCHAIN;
  if (!text)
    throw new Error("This test needs the tool chain that `npm test` sets up; run it as: npm test -- FILE");
  return JSON.parse(text) as Toolchain;
}
