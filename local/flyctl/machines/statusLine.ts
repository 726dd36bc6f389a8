import type { Streams } from "../output/streams.ts";

type Status = "none" | "running" | "success" | "failure";

const glyphs: Record<Status, string> = { none: " ", running: ">", success: "✔", failure: "✖" };

/** The progress of one machine in a deploy. Every change prints a new line. */
export class StatusLine {
  readonly #streams: Streams;
  readonly #prefix: string;
  #status: Status = "none";

  /** @param index of the line among `count` lines. Its number is shown if there are several. */
  constructor(streams: Streams, index = 0, count = 1) {
    const width = String(count).length;
    this.#streams = streams;
    this.#prefix = count > 1 ? `[${String(index + 1).padStart(width, "0")}/${count}] ` : "";
  }

  log(text: string, status: Status = this.#status): void {
    this.#status = status;
    this.#streams.out(`${glyphs[status]} ${this.#prefix}${text}\n`);
  }

  failed(error: Error): void {
    this.log(`Failed: ${error.message.split("\n")[0]}`, "failure");
  }
}
