/** Whether another device of the tailnet gets a page of a machine. */
import { setTimeout } from "node:timers/promises";
import { type Dispatcher, request } from "undici";
import type { Address } from "./environment.ts";

/** Seconds for an answer to a ping, and milliseconds between two questions. */
const pingSeconds = 5;
const between = 200;

/**
 * A question that is asked again before it is answered, as a device that is not there yet answers only after seconds; the first yes counts.
 *
 * The device is pinged before it is asked for a page: WireGuard repeats a handshake that was not answered only after five seconds, so that a
 * laptop that asks a moment too early would wait for nothing but that. A ping makes no handshake, and is answered once each device knows of
 * the other.
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

/** Asks again after a moment; the first yes counts. */
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
