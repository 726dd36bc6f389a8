import { writeSync } from "node:fs";

/** Standard output and error, written synchronously, so that a killed run has printed everything it did. */
export interface Streams {
  out(text: string): void;
  error(text: string): void;
}

export const standardStreams: Streams = {
  out: (text) => writeAll(1, text),
  error: (text) => writeAll(2, text),
};

function writeAll(descriptor: number, text: string): void {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EPIPE") return;
      // The pipe is full. Try again until its reader makes room.
      if (code !== "EAGAIN") throw error;
    }
  }
}

const ansi = (code: string) => (text: string) => `\u001b[${code}m${text}\u001b[0m`;

// flyctl uses these colours even if the output is not a terminal.
export const green = ansi("32");
export const yellow = ansi("33");
export const red = ansi("31");
export const faint = ansi("2");
export const bold = ansi("1");
export const blue = ansi("34");
export const cyan = ansi("36");
