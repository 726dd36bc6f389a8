/** `node program/run.mjs local/toolchain/checkTools.ts`: what `npm run check` needs besides the packages, for `.ci/run` on a bare machine. */
import { ensureProgram } from "./debian.ts";

await ensureProgram("shellcheck", ["shellcheck"]);
