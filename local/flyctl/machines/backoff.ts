/**
 * Pauses between attempts that grow from `min` to `max` milliseconds, with random jitter like the Go library that
 * flyctl uses (jpillora/backoff).
 */
export class Backoff {
  readonly #min: number;
  readonly #max: number;
  readonly #jitter: boolean;
  #attempt = 0;

  constructor(min: number, max: number, jitter = true) {
    this.#min = min;
    this.#max = max;
    this.#jitter = jitter;
  }

  next(): number {
    const grown = this.#min * 2 ** this.#attempt++;
    const pause = this.#jitter ? this.#min + Math.random() * (grown - this.#min) : grown;
    return Math.min(this.#max, pause);
  }
}
