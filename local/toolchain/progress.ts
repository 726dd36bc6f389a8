/** What a long step of the set-up shows: what it does, how long that takes, and on a terminal how long it has taken already. */

/** Called when something long begins. */
export type Begin = (what: string, minutes: number) => void;

/** For callers that show nothing. */
export const silently: Begin = () => undefined;

/** A line whose text can be changed, e.g. a task of listr2. */
interface Line {
  title: string;
}

export class Progress {
  readonly #line: Line;
  readonly #name: string;
  readonly #everySecond: boolean;
  #started: number | undefined;
  #clock: NodeJS.Timeout | undefined;

  /** @param isTerminal whether the line is shown in place; a log has no use for one each second */
  constructor(line: Line, isTerminal = process.stdout.isTTY) {
    this.#line = line;
    this.#name = line.title;
    this.#everySecond = isTerminal;
  }

  readonly begin: Begin = (what, minutes) => {
    clearInterval(this.#clock);
    this.#started ??= performance.now();
    const text = `${this.#name}: ${what}, once, about ${minutes} min on two cores`;
    this.#line.title = text;
    if (this.#everySecond)
      this.#clock = setInterval(() => {
        this.#line.title = `${text}, ${this.#seconds} so far`;
      }, 1000);
  };

  /** Says how long it took, if it was long: what cannot be fetched from here fails at once. */
  end(): void {
    clearInterval(this.#clock);
    if (this.#started === undefined) return;
    const isLong = performance.now() - this.#started > 2000;
    this.#line.title = isLong ? `${this.#name}: took ${this.#seconds}` : this.#name;
  }

  get #seconds(): string {
    return durationText((performance.now() - (this.#started ?? 0)) / 1000);
  }
}

/** e.g. `35 s`, `4 min 5 s` */
export function durationText(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
