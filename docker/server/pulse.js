// Tells the start that the server lives, a line each time, for ../lib/watchdog.sh: when it has answered a health check, and while it stops.
import { write } from "node:fs";

/** Where the start hears it; the first line, of start.js, says that the server is ready. */
export const start = 3;

const second = 1000;

/** Milliseconds between two lines, at least: anybody may ask for the server's health, however often, and the start wakes up for each. */
const pause = 10 * second;

let lastLine = Number.NEGATIVE_INFINITY;
let isWriting = false;

/** Tells that a health check was answered. */
export function answered() {
  if (performance.now() - lastLine >= pause) beat();
}

/** Tells each second that the server is at it, from when it is told to stop: it answers nobody then, and has runs to end. */
export function beatWhileStopping() {
  process.once("SIGTERM", () => {
    beat();
    setInterval(beat, second).unref();
  });
}

function beat() {
  // The pipe is full when nobody listens. Then one write waits, and nothing else.
  if (isWriting) return;
  isWriting = true;
  lastLine = performance.now();
  write(start, "\n", () => {
    isWriting = false;
  });
}
