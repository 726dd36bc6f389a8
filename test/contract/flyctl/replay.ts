import { type Answer, type Answerer, RecordingServer } from "./recordingServer.ts";
import type { Probe, RecordedRequest } from "./recordings.ts";

/**
 * Answers like the recording. Each kind of request gets its recorded answers in order. If flyctl asks more often, because
 * it polls, the last answer is repeated. A request that was not recorded gets 501.
 */
export function replayServer(probe: Probe): RecordingServer {
  const answers = new Map<string, RecordedRequest[]>();
  for (const request of probe.requests) {
    if (request.via !== "api") continue;
    answers.set(kindOf(request), [...(answers.get(kindOf(request)) ?? []), request]);
  }
  const clock = new EventClock();
  const requestId = /\(Request ID: ([^)]+)\)/.exec(probe.stderr)?.[1];
  const answerer: Answerer = (request) => {
    const queue = answers.get(kindOf(request));
    const recorded = queue && queue.length > 1 ? queue.shift() : queue?.[0];
    if (!recorded) return { status: 501, body: { error: `not recorded: ${kindOf(request)}` } };
    if (recorded.status === undefined) return "never";
    const answer = toAnswer(recorded, recorded.status, clock);
    // The recordings have no headers of answers. flyctl repeats this one in errors.
    return requestId && answer.status > 299
      ? { ...answer, headers: { "fly-request-id": requestId } }
      : answer;
  };
  return new RecordingServer(answerer);
}

const kindOf = ({ method, url, graphql }: RecordedRequest): string =>
  [method, url, graphql ? JSON.stringify(graphql) : ""].join(" ").trim();

function toAnswer(recorded: RecordedRequest, status: number, clock: EventClock): Answer {
  const startsMachine = recorded.method === "POST" && /\/machines(\/[^/]+)?$/.test(recorded.url);
  if (startsMachine) clock.startAt(recorded.response as RecordedMachine);
  return { status, body: clock.moveEvents(recorded.response) };
}

interface RecordedMachine {
  events?: { timestamp: number }[];
}

/** Moves recorded machine events to the time of the replay, because flyctl compares them with its own clock. */
class EventClock {
  #offset = 0;

  startAt({ events = [] }: RecordedMachine): void {
    const newest = Math.max(...events.map((event) => event.timestamp));
    if (Number.isFinite(newest)) this.#offset = Date.now() - newest;
  }

  moveEvents(response: unknown): unknown {
    if (Array.isArray(response)) return response.map((machine) => this.moveEvents(machine));
    if (typeof response !== "object" || response === null || !("events" in response)) return response;
    const { events, ...machine } = response as RecordedMachine;
    const moved = events?.map((event) => ({ ...event, timestamp: event.timestamp + this.#offset }));
    return { ...machine, events: moved };
  }
}
