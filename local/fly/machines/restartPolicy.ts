import type { MachineConfig } from "./config.ts";

/** Number of tries of the policy `on-failure` if the config does not give one. */
const defaultMaxRetries = 10;

interface ExitFacts {
  exitCode: number;
  /** Whether somebody asked for the stop. A policy does not undo that. */
  requestedStop: boolean;
  /** Number of restarts by the policy so far. */
  restartCount: number;
}

type RestartDecision = { restart: false } | { restart: true; delayMilliseconds: number };

/** What the platform does after a machine's process has ended. */
export function decideRestart(restart: MachineConfig["restart"], exit: ExitFacts): RestartDecision {
  if (exit.requestedStop) return { restart: false };
  const again = { restart: true, delayMilliseconds: restartDelay(exit.restartCount) } as const;
  switch (restart?.policy ?? "on-failure") {
    case "no":
      return { restart: false };
    case "always":
      return again;
    case "on-failure": {
      const retriesLeft = exit.restartCount < (restart?.max_retries || defaultMaxRetries);
      return exit.exitCode !== 0 && retriesLeft ? again : { restart: false };
    }
  }
}

/** Fly's delay is not known. Here the first restarts are quick, and a crash loop does not overload the host. */
function restartDelay(restartCount: number): number {
  return Math.min(200 * 2 ** restartCount, 10_000);
}

/** A machine that was up for this long is not in a crash loop, so its restarts are counted from zero again. */
export const crashLoopMilliseconds = 60_000;

interface ExitEventInput extends ExitFacts {
  restarting: boolean;
  oomKilled: boolean;
  exitedAt: string;
}

/** The `request` of an `exit` event, from which flyctl recognizes a crash loop. */
export function exitEventRequest(exit: ExitEventInput) {
  // If a signal ended the process, Docker reports 128 + signal.
  const signal = exit.exitCode > 128 && exit.exitCode < 160 ? exit.exitCode - 128 : -1;
  return {
    exit_event: {
      exit_code: exit.exitCode,
      guest_exit_code: exit.exitCode,
      guest_signal: signal,
      signal,
      oom_killed: exit.oomKilled,
      requested_stop: exit.requestedStop,
      restarting: exit.restarting,
      exited_at: exit.exitedAt,
    },
    restart_count: exit.restartCount,
  };
}
