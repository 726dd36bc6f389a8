import { vi } from "vitest";

/**
 * Pauses of the code under test take no time, while its clock goes on as if they had taken all of theirs. Programs that it starts run as
 * usual. For `beforeEach`: what it returns ends that.
 */
export function pausesTakeNoTime(): () => void {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
  const next = setInterval(() => vi.advanceTimersToNextTimer(), 1);
  return () => {
    clearInterval(next);
    vi.useRealTimers();
  };
}
