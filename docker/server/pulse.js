// Tells ../lib/watchdog.sh that the server is alive: it writes a line for each health check that it answers, and while it stops.
import { write } from "node:fs";

/** The descriptor that the start reads. The first line, from start.js, says that the server is ready. */
export const start = 3;

const second = 1000;

/** Least milliseconds between two lines: anybody can ask for the server's health at any rate, and each line wakes the start up. */
const pause = 10 * second;

let lastLine = Number.NEGATIVE_INFINITY;
let isWriting = false;

/** Reports that a health check was answered. */
export function answered() {
  if (performance.now() - lastLine >= pause) beat();
}

/** Reports each second that the server is still stopping: it answers nobody then, and has runs to end. */
export function beatWhileStopping() {
  process.once("SIGTERM", () => {
    beat();
    setInterval(beat, second).unref();
  });
}

function beat() {
  // If nobody reads, the pipe fills up. Then only this write waits.
  if (isWriting) return;
  isWriting = true;
  lastLine = performance.now();
  write(start, "\n", () => {
    isWriting = false;
  });
}
