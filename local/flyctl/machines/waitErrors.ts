import { FlyError } from "../errors.ts";
import { formatDuration } from "../go/duration.ts";

/** A machine did not reach a state in time. */
export class WaitTimeout extends FlyError {
  readonly state: string;

  /** @param timeout nanoseconds */
  constructor(machine: string, timeout: number, state: string) {
    super("timeout reached waiting for machine's state to change", {
      description: `The machine ${machine} took more than ${formatDuration(timeout)} to reach "${state}"`,
    });
    this.state = state;
  }
}

const neverStarted = `Your machine was created, but never started or exited immediately. This could mean that your app is taking a long time to start,
but it could be indicative of a region issue.

Alternatively, your app may have exited immediately due to a startup failure. Check your Dockerfile
to ensure it specifies a valid start command (e.g., check that your 'CMD' or 'ENTRYPOINT' is correct).
You can also try running 'fly logs' to see what happened when the machine tried to start.`;

/** Adds to a timeout which flag allows more time. Other errors stay as they are. */
export function suggestTimeout(error: unknown, flag: string): unknown {
  if (!(error instanceof WaitTimeout)) return error;
  const longer = `increasing the timeout with the --${flag} flag`;
  const details =
    error.state === "started"
      ? {
          description: neverStarted,
          suggestion: `You can try deploying to a different region,\nor you can try ${longer}`,
        }
      : {
          description: `Your machine never reached the state "${error.state}".`,
          suggestion: `You can try ${longer}`,
        };
  return new FlyError(error.message, details);
}
