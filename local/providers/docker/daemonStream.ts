// What the daemon says while it builds or pushes: one JSON document a line.
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { traceText } from "./trace.ts";

interface Message {
  id?: string;
  from?: string;
  stream?: string;
  status?: string;
  progress?: string;
  errorDetail?: { code?: number; message?: string };
  aux?: unknown;
}

/** What an `aux` means for the caller: the text to log, or undefined when it means nothing to it. */
export type OnAux = (aux: unknown) => string | undefined;

function failure({ code, message = "" }: NonNullable<Message["errorDetail"]>): Error {
  if (code === 401) return new Error("authentication is required");
  if (message === "EOF") {
    return new Error(
      "EOF\n: This error is most likely due to incorrect or mismatched registry credentials. " +
        "Please double check you are using the correct credentials and registry name",
    );
  }
  return new Error(message);
}

function auxText({ id, aux }: Message, onAux: OnAux): string {
  if (aux === undefined || aux === null) return "";
  if (id === "moby.buildkit.trace") return traceText(String(aux));
  return onAux(aux) ?? JSON.stringify(aux);
}

function textOf(message: Message, onAux: OnAux): string {
  const { from = "", stream, status = "", progress } = message;
  const main = progress ? `${status} ${progress}` : (stream ?? status);
  return `${from}${main}${auxText(message, onAux)}`.trim();
}

/** @throws with the daemon's reason when the work failed, which it says in the middle of a successful answer */
export async function followStream(
  stream: Readable,
  log: (text: string) => Promise<void>,
  onAux: OnAux,
): Promise<void> {
  for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === "") continue;
    const message: Message = JSON.parse(line);
    if (message.errorDetail) throw failure(message.errorDetail);
    const text = textOf(message, onAux);
    if (text !== "") await log(text);
  }
}
