/** A turn of a script as the API's message, and the message as the events of a stream. Source: docs.anthropic.com/en/api/messages-streaming. */
import { randomBytes } from "node:crypto";
import { notScripted } from "./apiError.ts";
import { type Position, textsOf } from "./conversation.ts";
import { countTokens, type MessagesRequest } from "./messagesRequest.ts";
import type { Usage } from "./script.ts";
import { fill } from "./template.ts";

type ContentBlock =
  | { type: "text"; text: string }
  | { type: "tool_use"; id: string; name: string; input: Record<string, unknown> };

export interface Message {
  id: string;
  type: "message";
  role: "assistant";
  model: string;
  content: ContentBlock[];
  stop_reason: "end_turn" | "tool_use" | null;
  stop_sequence: null;
  usage: {
    input_tokens: number;
    cache_creation_input_tokens: number;
    cache_read_input_tokens: number;
    output_tokens: number;
  };
}

export interface Event {
  type: string;
  [field: string]: unknown;
}

const id = (prefix: string) => `${prefix}_01${randomBytes(11).toString("hex")}`;

/**
 * The message that answers a request at its turn.
 *
 * @throws ApiError 501 when the turn uses a tool that the request does not offer, or a folder that nobody has named.
 */
export function messageFor(request: MessagesRequest, { script, turn }: Position): Message {
  const said = textsOf(request);
  const content = turn.say.map((block): ContentBlock => {
    if ("text" in block) return { type: "text", text: block.text };
    const offered = request.tools.map(({ name }) => name);
    if (!offered.includes(block.tool)) {
      throw notScripted(
        `the script ${script.name} uses the tool ${block.tool}, and offered are ${offered.join(", ")}`,
      );
    }
    return { type: "tool_use", id: id("toolu"), name: block.tool, input: fill(block.input, said) };
  });
  const usesTool = content.some(({ type }) => type === "tool_use");
  return {
    id: id("msg"),
    type: "message",
    role: "assistant",
    model: request.model,
    content,
    stop_reason: usesTool ? "tool_use" : "end_turn",
    stop_sequence: null,
    usage: usageOf(turn.usage ?? estimate(request, content)),
  };
}

/** The message as a stream's events, without the pings between them. */
export function* eventsOf(message: Message): Generator<Event> {
  const { output_tokens, ...inputUsage } = message.usage;
  const start = { ...message, content: [], stop_reason: null, usage: { ...inputUsage, output_tokens: 1 } };
  yield { type: "message_start", message: start };
  for (const [index, block] of message.content.entries()) yield* eventsOfBlock(index, block);
  const { stop_reason, stop_sequence } = message;
  yield {
    type: "message_delta",
    delta: { stop_reason, stop_sequence },
    usage: { ...inputUsage, output_tokens },
  };
  yield { type: "message_stop" };
}

function* eventsOfBlock(index: number, block: ContentBlock): Generator<Event> {
  const empty = block.type === "text" ? { ...block, text: "" } : { ...block, input: {} };
  yield { type: "content_block_start", index, content_block: empty };
  const whole = block.type === "text" ? block.text : JSON.stringify(block.input);
  for (const piece of pieces(whole)) {
    const delta =
      block.type === "text"
        ? { type: "text_delta", text: piece }
        : { type: "input_json_delta", partial_json: piece };
    yield { type: "content_block_delta", index, delta };
  }
  yield { type: "content_block_stop", index };
}

/** A text in a few pieces, cut anywhere, even inside a word or JSON. */
function pieces(text: string): string[] {
  return Array.from(text).reduce<string[]>((all, character, position) => {
    if (position % 24 === 0) all.push("");
    all[all.length - 1] += character;
    return all;
  }, []);
}

const estimate = (request: MessagesRequest, content: ContentBlock[]): Usage => ({
  input: countTokens(request),
  output: countTokens(content),
  cacheWrite: 0,
  cacheRead: 0,
});

const usageOf = ({ input, output, cacheWrite, cacheRead }: Usage): Message["usage"] => ({
  input_tokens: input,
  cache_creation_input_tokens: cacheWrite,
  cache_read_input_tokens: cacheRead,
  output_tokens: output,
});
