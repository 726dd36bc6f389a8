import { vi } from "vitest";

/**
 * Pauses of the code under test take no time, while its clock goes on as if they had. Programs that it starts run as usual. For
 * `beforeEach`: the returned function ends this.
 */
export function pausesTakeNoTime(): () => void {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
  const next = setInterval(() => vi.advanceTimersToNextTimer(), 1);
  return () => {
    clearInterval(next);
    vi.useRealTimers();
  };
}
