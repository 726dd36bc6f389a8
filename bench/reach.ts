/** Whether another device of the tailnet gets a page of a machine. */
import { setTimeout } from "node:timers/promises";
import { type Dispatcher, request } from "undici";
import type { Address } from "./environment.ts";

/** Seconds that a ping waits for its answer, and milliseconds between two questions. */
const pingSeconds = 5;
const between = 200;

/**
 * Asks again before the last question is answered, because a device that is not there yet answers only after seconds. The first yes counts.
 *
 * The device is pinged before a page is requested. WireGuard repeats an unanswered handshake only after five seconds, so a laptop that asks
 * a moment too early would only wait for that. A ping makes no handshake, and is answered once both devices know each other.
 */
export function reaches(address: Address, wayIn: Dispatcher, url: string): () => Promise<boolean> {
  let isKnown = false;
  const knowsUs = impatient(() => pongs(address));
  const opens = impatient(() => answers(wayIn, url));
  return async () => {
    isKnown ||= await knowsUs();
    return isKnown && (await opens());
  };
}

/** Asks again after a moment, even if the last question is still open; the first yes counts. */
export function impatient(ask: () => Promise<boolean>): () => Promise<boolean> {
  let yes = false;
  return async () => {
    const answered = ask().then((answer) => {
      yes ||= answer;
    });
    await Promise.race([answered, setTimeout(between)]);
    return yes;
  };
}

const pongs = ({ bench, name }: Address) =>
  bench.laptop.tailscale("ping", "--until-direct=false", "--c=1", `--timeout=${pingSeconds}s`, name).then(
    () => true,
    () => false,
  );

async function answers(dispatcher: Dispatcher, url: string): Promise<boolean> {
  const answer = await request(url, { dispatcher, headersTimeout: 60_000 }).catch(() => undefined);
  await answer?.body.dump();
  return answer?.statusCode === 200;
}
