import { styleText } from "node:util";
import type { Toolchain } from "./toolchain/setup.ts";

/** What of the local platform is this repository's own, whatever machine it runs on. */
const ours = [
  { name: "Fly.io", real: false, from: "emulator of this repository; machines are Docker containers" },
  { name: "Tailscale's API", real: false, from: "stand-in of this repository" },
];

/** Prints which parts were the real thing and which stood in for it. */
export function reportParts({ parts }: Toolchain): void {
  for (const { name, real, from } of [...parts, ...ours]) {
    const mark = real ? styleText("green", "real    ") : styleText("yellow", "stand-in");
    console.log(`  ${mark}  ${name.padEnd(26)} ${from}`);
  }
}
