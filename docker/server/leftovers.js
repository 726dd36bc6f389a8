// Ends the programs that a run leaves behind: a server in the background, a daemon, whatever has left the run's session and its parent. Paperclip
// itself ends the program that it has started for the run, and what is in that program's process group.
//
// Each run has a mark: two limits of the kernel that no program needs, on file locks (without effect since Linux 2.4.25) and on the bytes of POSIX
// message queues. ../lib/asAgent.sh sets them, and all that the run starts inherits them, whatever else it changes about itself. Without a
// privilege a program can only lower them. From run to run the first limit goes up and the second one down, so no program can give itself the
// mark of another run. A program that lowers them has the mark of no run, and ends when the next run ends.
//
// Programs that are started in no run have no mark, and stay: services of a workspace, Paperclip's own git. Plugins and adapters are the server's
// own. A server that dies leaves nothing behind, because the machine restarts with it (../start.sh).
//
// ../build/reaches.mjs and ../build/leftovers.mjs say where Paperclip calls these functions.
import fs from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { ofAgent } from "./runs.js";

// Node's own: ./files.js replaces them, and closes /proc/PID/limits to the server.
const { readdirSync, readFileSync } = fs;
const second = 1000;

/** Milliseconds that a run waits for programs that were killed. One that waits for a disk can take any time. */
const patience = 20 * second;

/** More runs than a server ever has, and less than the kernel's default limit on message queues, 819200. */
const most = 800_000;

/** The hard limits that make a mark, from the text of a /proc/PID/limits: `LOCKS:QUEUES`. Empty if the process has ended. */
export function markIn(text) {
  const [locks, queues] = ["file locks", "msgqueue size"].map(
    (name) => new RegExp(`^Max ${name} +\\S+ +(\\S+)`, "m").exec(text)?.[1],
  );
  return locks && queues ? `${locks}:${queues}` : "";
}

/**
 * A mark for each run. No mark becomes another one by lowering limits.
 *
 * @param {string} own the limits of a program without a mark. Where they leave no room for marks there are none
 */
export function* marksBelow(own) {
  const limits = own.split(":").map((limit) => (limit === "unlimited" ? most : Number(limit)));
  const room = Math.min(...limits, most);
  for (let number = 1; number < room; number++) yield `${number}:${room - number}`;
}

/** Whether a process has ended and only waits for its parent to take notice. The first thread can end before the others. */
export function isDead(stat) {
  const [state, ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return !state || ("ZX".includes(state) && Number(rest[16]) <= 1);
}

function read(pid, file) {
  try {
    // With any other encoding it calls functions that ./files.js has replaced.
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch (error) {
    if (!["ENOENT", "ESRCH"].includes(error.code)) throw error;
    return "";
  }
}

function signal(pid, name) {
  try {
    process.kill(Number(pid), name);
  } catch {
    // It has ended meanwhile.
  }
}

/**
 * @param {() => string[]} processes the process ids to look at
 * @param {string} own the limits of a program without a mark
 * @param {number} grace milliseconds that programs get to end on their own once they are told to
 * @param {number} lost milliseconds that Paperclip gets to end the program of a run that is over: it lets it end on its own for 20 s
 */
export function endingLeftovers(processes, own, grace = 5 * second, lost = 60 * second) {
  const marks = marksBelow(own);
  const [unmarked] = own.split(":");
  /** Runs by their marks: those that go on, and those whose programs are being ended. */
  const runs = new Map();
  /** For each run that Paperclip takes for over while its programs are there: a promise that they are gone. */
  const over = new Set();

  /**
   * Looks for processes of a run with this mark, or of none; returns their ids. A program that starts itself again and again is faster than
   * one look. So where something has ended during the look, or is killed, the new processes are looked at.
   */
  function look(mark, isToDie = false) {
    const seen = new Set();
    const left = [];
    for (let again = true, looks = 0; again && looks < 50; looks++) {
      again = false;
      const fresh = processes().filter((pid) => !seen.has(pid));
      // Such a program is at the end.
      for (const pid of fresh.toReversed()) {
        seen.add(pid);
        const found = markIn(read(pid, "limits"));
        if (found.startsWith(`${unmarked}:`) || (found !== mark && runs.has(found))) continue;
        if (isDead(read(pid, "stat"))) {
          again = true;
          continue;
        }
        left.push(pid);
        if (!isToDie) continue;
        signal(pid, "SIGKILL");
        again = true;
      }
    }
    return left;
  }

  /** Ends the programs with a mark; resolves when they are gone. */
  async function end(mark) {
    const since = performance.now();
    const passed = () => performance.now() - since;
    let left = look(mark);
    for (const pid of left) signal(pid, "SIGTERM");
    for (
      let wait = 20;
      left.length > 0 && passed() < grace + patience;
      wait = Math.min(2 * wait, second / 2)
    ) {
      await pause(wait);
      left = look(mark, passed() >= grace);
    }
    if (left.length > 0)
      console.warn(`programs of a run that is over cannot be ended: process ids ${left.join(", ")}`);
  }

  const settle = (mark, isGone) =>
    end(mark)
      .catch((error) => console.warn("nobody looks for what runs leave behind:", error))
      .then(() => {
        runs.delete(mark);
        isGone();
      });

  return {
    /**
     * Attributes all programs that a run starts to its agent and to the run, and ends what is left of them when the run has ended. The run
     * lasts until they are gone, so that no other run gets its place before.
     *
     * @template Result
     * @param {string} agent its id
     * @param {(call: { runId: string }) => Promise<Result>} execute
     * @param {{ runId: string }} call
     */
    async ofRun(agent, execute, call) {
      const mark = marks.next().value;
      if (!mark) return ofAgent(agent, execute, call);
      const { promise: gone, resolve: isGone } = Promise.withResolvers();
      runs.set(mark, { id: call.runId, gone, isGone });
      try {
        return await ofAgent(agent, execute, call, mark);
      } finally {
        await settle(mark, isGone);
      }
    },

    /** Handles that a run is over for Paperclip. `ofRun` notices it by itself, except for a run that Paperclip has lost. */
    runIsOver(id) {
      for (const [mark, run] of runs) {
        if (run.id !== id || over.has(run.gone)) continue;
        over.add(run.gone);
        const late = setTimeout(settle, lost, mark, run.isGone).unref();
        run.gone.then(() => {
          clearTimeout(late);
          over.delete(run.gone);
        });
      }
    },

    /** Resolves when the programs of all runs that are over are gone. Until then no other run begins. */
    leftoversGone: () => Promise.all(over),
  };
}

const everyProcess = () => readdirSync("/proc").filter((name) => /^[1-9]/.test(name));

export const { ofRun, runIsOver, leftoversGone } = endingLeftovers(
  everyProcess,
  markIn(read("self", "limits")),
);

/**
 * Lets a run's program that has ended be over, also while what it has left behind holds its output open.
 *
 * @param {number} milliseconds how long what it has written is read
 */
export function letGo(child, milliseconds = 10 * second) {
  child?.once?.("exit", () =>
    setTimeout(() => {
      for (const output of [child.stdout, child.stderr]) output?.destroy();
    }, milliseconds).unref(),
  );
}
