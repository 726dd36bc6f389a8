/** What the machine that Fly.io lists does, and why. */
import type { Machine } from "./answers.ts";

/**
 * Whether Fly.io fetches the image of a machine: for ten minutes and more where its host has none of it yet. Source of the states:
 * https://fly.io/docs/machines/machine-states/
 */
export const isFetching = ({ state }: Pick<Machine, "state">) =>
  ["creating", "created", "updating", "replacing"].includes(state);

/** States in which a machine stays until somebody starts it. */
export const isAtRest = ({ state }: Pick<Machine, "state">) => ["stopped", "suspended"].includes(state);

/**
 * What keeps a started machine from being healthy, one text for each failing check. No check at all is not healthy: Fly.io lists none until
 * the first result. Source: flyctl, internal/machine/leasable_machine.go.
 */
export function unhealthy({ checks = [] }: Pick<Machine, "checks">): string[] {
  if (checks.length === 0) return ["Fly.io's check has no result yet"];
  return checks
    .filter(({ status }) => status !== "passing")
    .map(({ name, status, output }) => `${name} is ${status}: ${output ?? ""}`);
}

/** What a machine that is not healthy does, for people. */
export function situation(machine: Machine): string {
  const { id, state } = machine;
  if (isFetching(machine))
    return `the machine ${id} is ${state}: Fly.io fetches the image, which can take ten minutes`;
  if (state === "started") return `the machine ${id} is started; ${unhealthy(machine).join("; ")}`;
  return `the machine ${id} is ${state}`;
}

/** Whether the machine has ended with an error since it was launched or updated. */
export function crashed({ events = [] }: Pick<Machine, "events">): boolean {
  const launch = events.findIndex(({ type }) => type === "launch" || type === "update");
  return events.slice(0, Math.max(launch, 0)).some(({ type, request }) => {
    const exit = request?.exit_event;
    return type === "exit" && exit?.exit_code !== 0 && !exit?.requested_stop;
  });
}

/** Fly.io stops machines of an organization without a card five minutes after their start. https://fly.io/docs/about/free-trial/ */
const trialMilliseconds = 6 * 60_000;

/** Whether it looks as if Fly.io had stopped the machine because the organization has no card: soon after its start, and for no reason. */
export function stoppedByTrial({ state, events = [] }: Pick<Machine, "state" | "events">): boolean {
  const start = events.findIndex(({ type }) => type === "start");
  const since = events.slice(0, Math.max(start, 0));
  const end = since.find(({ type }) => type === "exit" || type === "stop");
  const [from, to] = [events[start]?.timestamp, end?.timestamp];
  if (state !== "stopped" || from === undefined || to === undefined) return false;
  const hasReason = since.some(({ type, source, request }) => {
    const exit = request?.exit_event;
    const failed = Boolean(exit?.exit_code) && !exit?.requested_stop;
    return (type === "stop" && source === "user") || failed || exit?.oom_killed;
  });
  return !hasReason && to - from <= trialMilliseconds;
}

export const trialText =
  "it looks as if the organization had no card, so that Fly.io stops each machine after five minutes";
