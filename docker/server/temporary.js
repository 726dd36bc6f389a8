// Removes the temporary files of runs. /tmp is on the machine's root disk of 8 GB, which only a stop of the machine empties. When a run is over,
// the user `agent` removes them, who can remove what the server cannot, and nothing that belongs to others. Leftovers of an earlier start are
// removed by the next one (../lib/temporary.sh).
//
// ../build/reaches.mjs says where `removeScratch` is called.
import { readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isRunOver } from "./pace.js";
import { asImagesOwn } from "./runs.js";

const lib = "/usr/local/lib/paperclip-on-fly";
const minute = 60 * 1000;

/** Least minutes that files of agents and runs stay in /tmp after their last change. */
const kept = 24 * 60;

/** Least milliseconds between two clean-ups of /tmp. One takes two hundredths of a CPU second. */
const pause = 60 * minute;
let lookedAt = performance.now();

/** What Paperclip makes for a run begins like one of these, see also ./accountHomes.js. */
const ofRuns = ["paperclip-run-", "paperclip-ai-"];

/** Handles an event of Paperclip, and cleans up /tmp when a run is over. */
export function tidyAfter(event) {
  if (!isRunOver(event) || performance.now() - lookedAt < pause) return;
  lookedAt = performance.now();
  void asAgent("tidyTemporary.sh", String(kept)).then(removeOldScratch);
}

/** If a process of a run is still there when the run is over, Paperclip keeps the run's folder and never comes back to it. */
async function removeOldScratch() {
  const folder = tmpdir();
  const names = await readdir(folder).catch(() => []);
  for (const path of names
    .filter((name) => ofRuns.some((begin) => name.startsWith(begin)))
    .map((name) => join(folder, name))) {
    const { ctimeMs } = await stat(path).catch(() => ({ ctimeMs: Date.now() }));
    if (Date.now() - ctimeMs < kept * minute) continue;
    // What cannot be removed now is tried again next time.
    await removeScratch(path, () => rm(path, { recursive: true, force: true })).catch(() => {});
  }
}

/**
 * Removes the folder of a run's temporary files. If the agent has closed folders in it (0700), they are removed as the agent.
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

/** Runs one of the image's own programs. A failure shows in what is left over. */
function asAgent(program, argument) {
  // Not imported: ./programs.js has replaced it by one that runs programs as the agent.
  const { execFile } = process.getBuiltinModule("node:child_process");
  // Not the server's own folder: `find` does not work in a folder that is closed to the agent.
  const options = asImagesOwn({ env: { PATH: "/usr/bin:/bin" }, cwd: "/", timeout: 10 * minute });
  return new Promise((over) => execFile(join(lib, program), [argument], options, () => over()));
}
