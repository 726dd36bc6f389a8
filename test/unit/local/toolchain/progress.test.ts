import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { durationText, Progress } from "../../../../local/toolchain/progress.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** A line that keeps every text that it has shown. */
function line(title: string) {
  const shown: string[] = [];
  return {
    shown,
    get title() {
      return shown.at(-1) ?? title;
    },
    set title(text: string) {
      shown.push(text);
    },
  };
}

test("a long step says what it does and how long that takes; on a terminal, each second, how long it has taken", () => {
  const shown = line("pulumi");
  const progress = new Progress(shown, true);
  progress.begin("building it", 5);
  vi.advanceTimersByTime(61_000);
  progress.end();
  vi.advanceTimersByTime(5_000);
  expect(shown.shown[0]).toBe("pulumi: building it, once, about 5 min on two cores");
  expect(shown.shown.at(-2)).toBe("pulumi: building it, once, about 5 min on two cores, 1 min 1 s so far");
  expect(shown.shown.at(-1)).toBe("pulumi: took 1 min 1 s");
});

test("in a log each part of it is one line", () => {
  const shown = line("base images");
  const progress = new Progress(shown, false);
  progress.begin("assembling Debian", 2);
  vi.advanceTimersByTime(40_000);
  progress.begin("building tailscale", 2);
  vi.advanceTimersByTime(40_000);
  progress.end();
  expect(shown.shown).toEqual([
    "base images: assembling Debian, once, about 2 min on two cores",
    "base images: building tailscale, once, about 2 min on two cores",
    "base images: took 1 min 20 s",
  ]);
});

test("a step that is short says nothing, and one that fails at once has its name again", () => {
  const shown = line("flyctl");
  new Progress(shown, true).end();
  expect(shown.shown).toEqual([]);
  const progress = new Progress(shown, true);
  progress.begin("pulling node", 1);
  vi.advanceTimersByTime(500);
  progress.end();
  expect(shown.title).toBe("flyctl");
});

test("durations are for people", () => {
  expect([0.4, 59.4, 60, 245].map(durationText)).toEqual(["0 s", "59 s", "1 min 0 s", "4 min 5 s"]);
});
