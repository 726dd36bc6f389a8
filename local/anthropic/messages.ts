/** POST /v1/messages: the next turn of the script, at once or as a stream. */
import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply } from "fastify";
import { positionIn } from "./conversation.ts";
import { type Event, eventsOf, type Message, messageFor } from "./message.ts";
import { countTokens, parseMessagesRequest } from "./messagesRequest.ts";
import type { RecordedRequest } from "./recorder.ts";
import type { World } from "./world.ts";

/** Milliseconds between the pings that the API sends while it thinks. */
const pingInterval = 1000;

export function messageRoutes(server: FastifyInstance, world: World): void {
  server.post("/v1/messages", async (request, reply) => {
    const asked = parseMessagesRequest(request.body);
    const { entry } = request;
    Object.assign(entry, { model: asked.model, messages: asked.messages.length });
    const position = positionIn(asked, world.scripts);
    Object.assign(entry, { script: position.script.name, turn: position.index + 1 });
    const message = messageFor(asked, position);
    const passed = waitAtGate(world, position.turn.gate, entry, reply);
    if (asked.stream) {
      return reply.type("text/event-stream; charset=utf-8").send(Readable.from(stream(message, passed)));
    }
    await passed;
    return message;
  });

  server.post("/v1/messages/count_tokens", async (request) => {
    const asked = parseMessagesRequest(request.body);
    Object.assign(request.entry, { model: asked.model, messages: asked.messages.length });
    return { input_tokens: countTokens(request.body) };
  });
}

/** Waits while the script's gate is closed and the client is still there. */
async function waitAtGate(
  { gates }: World,
  gate: string | undefined,
  entry: RecordedRequest,
  reply: FastifyReply,
): Promise<void> {
  if (gate === undefined) return;
  const gone = new AbortController();
  reply.raw.once("close", () => gone.abort());
  entry.waitsFor = gate;
  await gates.passed(gate, gone.signal);
  delete entry.waitsFor;
}

/** The message's events as lines of a stream: the start at once, then pings until the gate opens, then the rest. */
async function* stream(message: Message, passed: Promise<void>): AsyncGenerator<string> {
  for (const event of eventsOf(message)) {
    yield lines(event);
    if (event.type !== "message_start") continue;
    yield lines({ type: "ping" });
    while (!(await within(pingInterval, passed))) yield lines({ type: "ping" });
  }
}

const lines = (event: Event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;

/** Whether the work is done within so many milliseconds. */
async function within(milliseconds: number, work: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds);
  });
  return Promise.race([work.then(() => true), late]).finally(() => clearTimeout(timer));
}
