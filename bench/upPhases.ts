/** How long a `pulumi up` spends on each step. The engine's own events tell it, by the times at which they arrive. */
import { rm } from "node:fs/promises";
import { execa } from "execa";

/** The seconds since a start at which the engine began and ended each resource, by the resource's name. */
export type Times = Record<string, { begin?: number; end?: number }>;

interface EngineEvent {
  resourcePreEvent?: { metadata: { urn: string } };
  resOutputsEvent?: { metadata: { urn: string } };
}

/** Seconds that an update or a person spends on each step, by name. The steps follow one another; the rest is small work beside them. */
export type Phases = Record<"image" | "release" | "tailnet" | "invitation", number>;

/**
 * Reads the engine's events from a pipe while an update runs.
 *
 * @param run starts the update with the pipe as its event log
 */
export async function timesOf(pipe: string, run: (eventLog: string) => Promise<unknown>): Promise<Times> {
  await execa("mkfifo", [pipe]);
  // `cat` waits for the engine in a process of its own, which can be stopped if the engine never comes. A read in this process could not.
  const reading = execa("cat", [pipe], { buffer: false, reject: false });
  const times: Times = {};
  const started = performance.now();
  const noted = (async () => {
    for await (const line of reading)
      note(times, JSON.parse(line) as EngineEvent, (performance.now() - started) / 1000);
  })();
  try {
    await Promise.all([run(pipe), noted]);
  } finally {
    reading.kill();
    await rm(pipe);
  }
  return times;
}

/** Records an event. */
export function note(times: Times, { resourcePreEvent, resOutputsEvent }: EngineEvent, at: number): void {
  const nameOf = (urn: string) => urn.split("::").at(-1) ?? "";
  if (resourcePreEvent) times[nameOf(resourcePreEvent.metadata.urn)] = { begin: at };
  if (resOutputsEvent) {
    const name = nameOf(resOutputsEvent.metadata.urn);
    times[name] = { ...times[name], end: at };
  }
}

/** @throws Error if a resource of a step has not finished. */
export function phasesOf(times: Times): Phases {
  const between = (first: string, last = first) => {
    const [begin, end] = [times[`paperclip-${first}`]?.begin, times[`paperclip-${last}`]?.end];
    if (begin === undefined || end === undefined)
      throw new Error(
        `the engine told of no ${first} to ${last}; it told of ${Object.keys(times).join(", ")}`,
      );
    return end - begin;
  };
  return {
    image: between("image", "image-push"),
    release: between("release"),
    tailnet: between("device"),
    invitation: between("invite"),
  };
}
