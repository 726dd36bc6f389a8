// Temporary files of runs: /tmp is on the machine's root disk of 8 GB, which nothing but a stop of the machine empties. They are taken away
// when a run is over, by the user `agent`, who can remove what the server cannot and nothing of others. What an earlier start has left goes
// at the start (../lib/temporary.sh).
//
// `removeScratch` is called where ../build/reaches.mjs says.
import { readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isRunOver } from "./pace.js";
import { asImagesOwn } from "./runs.js";

const lib = "/usr/local/lib/paperclip-on-fly";
const minute = 60 * 1000;

/** Minutes that files of agents and runs stay in /tmp, at least, after they were changed last. */
const kept = 24 * 60;

/** Milliseconds between two looks at /tmp, at least. A look is two hundredths of a CPU second. */
const pause = 60 * minute;
let lookedAt = performance.now();

/** Takes note of an event of Paperclip's, and tidies up /tmp when a run is over. */
export function tidyAfter(event) {
  if (!isRunOver(event) || performance.now() - lookedAt < pause) return;
  lookedAt = performance.now();
  void asAgent("tidyTemporary.sh", String(kept)).then(removeOldScratch);
}

/** Paperclip leaves the folder of a run alone whose last process has not ended yet when the run is over, and does not come back to it. */
async function removeOldScratch() {
  const folder = tmpdir();
  const names = await readdir(folder).catch(() => []);
  for (const path of names
    .filter((name) => name.startsWith("paperclip-run-"))
    .map((name) => join(folder, name))) {
    const { ctimeMs } = await stat(path).catch(() => ({ ctimeMs: Date.now() }));
    if (Date.now() - ctimeMs < kept * minute) continue;
    // What is still in it next time is tried again.
    await removeScratch(path, () => rm(path, { recursive: true, force: true })).catch(() => {});
  }
}

/**
 * Removes the folder of a run's own temporary files. The agent may have closed folders in it (0700): these are removed as the agent.
 *
 * @param {string} folder
 * @param {() => Promise<void>} remove how Paperclip does it
 */
export async function removeScratch(folder, remove) {
  try {
    await remove();
  } catch {
    await asAgent("removeOwn.sh", folder);
    await remove();
  }
}

/** Runs one of the image's own programs. That it fails is told by what it should have removed. */
function asAgent(program, argument) {
  // Not imported: what ./programs.js has put in its place runs programs as the agent.
  const { execFile } = process.getBuiltinModule("node:child_process");
  // The server's own folder is closed to the agent, and `find` does not work where it may not be.
  const options = asImagesOwn({ env: { PATH: "/usr/bin:/bin" }, cwd: "/", timeout: 10 * minute });
  return new Promise((over) => execFile(join(lib, program), [argument], options, () => over()));
}
