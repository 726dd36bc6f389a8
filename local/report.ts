import { styleText } from "node:util";
import type { Toolchain } from "./toolchain/setup.ts";

/** Parts that this repository replaces with a stand-in on every machine. */
const ours = [
  { name: "Fly.io", real: false, from: "emulator of this repository; machines are Docker containers" },
  { name: "Tailscale's API", real: false, from: "stand-in of this repository" },
];

/** Prints which parts are real and which are stand-ins. */
export function reportParts({ parts }: Toolchain): void {
  for (const { name, real, from } of [...parts, ...ours]) {
    const mark = real ? styleText("green", "real    ") : styleText("yellow", "stand-in");
    console.log(`  ${mark}  ${name.padEnd(26)} ${from}`);
  }
}
