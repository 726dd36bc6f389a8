// The calls under way, each with a signal that says when to give up.
import { type ServerUnaryCall, status } from "@grpc/grpc-js";
import { ProviderError } from "./provider.ts";

const canceled = () => new ProviderError("context canceled", status.CANCELLED);
const expired = () => new ProviderError("context deadline exceeded", status.DEADLINE_EXCEEDED);

export class Operations {
  readonly #running = new Set<AbortController>();
  #canceled = false;

  /**
   * Runs `work` under a signal that fires on the engine's Cancel, when the caller hangs up, and at the timeout.
   * @param timeoutSeconds the user's customTimeouts, fractions cut off; 0 is none
   */
  async run<Result>(
    call: ServerUnaryCall<unknown, unknown>,
    timeoutSeconds: number,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const controller = new AbortController();
    this.#running.add(controller);
    if (this.#canceled) controller.abort(canceled());
    call.on("cancelled", () => controller.abort(canceled()));
    const timeoutMs = Math.trunc(timeoutSeconds) * 1000;
    const timer = timeoutMs > 0 ? setTimeout(() => controller.abort(expired()), timeoutMs) : undefined;
    // A timeout below a second is over before it starts, as in the real plugins.
    if (timeoutSeconds > 0 && timeoutMs === 0) controller.abort(expired());
    try {
      return await work(controller.signal);
    } finally {
      clearTimeout(timer);
      this.#running.delete(controller);
    }
  }

  /** Ends all present and later calls. */
  cancel(): void {
    this.#canceled = true;
    for (const controller of this.#running) controller.abort(canceled());
  }
}
