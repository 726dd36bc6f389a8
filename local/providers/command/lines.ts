// Cuts a byte stream into the lines that are logged while a command runs.

/** The real plugin stops reading at a longer line, and the command blocks on a full pipe for ever. */
const maxLineBytes = 64 * 1024 - 1;

class LineTooLong extends Error {
  constructor() {
    super(
      `the command printed a line of more than ${maxLineBytes} bytes, at which the real pulumi-resource-command hangs ` +
        'for ever: shorten the line, write it to a file, or set logging: "none"',
    );
  }
}

export class LineSplitter {
  #rest = Buffer.alloc(0);
  readonly #onLine: (line: string) => void;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  /** Throws LineTooLong. */
  write(chunk: Buffer): void {
    let data = Buffer.concat([this.#rest, chunk]);
    for (let end = data.indexOf("\n"); end >= 0; end = data.indexOf("\n")) {
      this.#emit(data.subarray(0, end));
      data = data.subarray(end + 1);
    }
    if (data.length > maxLineBytes) throw new LineTooLong();
    this.#rest = data;
  }

  /** What follows the last newline is a line too. */
  end(): void {
    if (this.#rest.length > 0) this.#emit(this.#rest);
    this.#rest = Buffer.alloc(0);
  }

  #emit(line: Buffer): void {
    if (line.length > maxLineBytes) throw new LineTooLong();
    this.#onLine(line.toString("utf8").replace(/\r$/, ""));
  }
}
