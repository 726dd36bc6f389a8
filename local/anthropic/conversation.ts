/** Where a conversation stands: its script and the next turn. Like the real API, it needs nothing but the request. */
import { notScripted } from "./apiError.ts";
import { type Block, type MessagesRequest, textOf } from "./messagesRequest.ts";
import type { Script, Turn } from "./script.ts";

export interface Position {
  script: Script;
  /** Counted from 0. */
  index: number;
  turn: Turn;
}

/**
 * Finds the script and the turn.
 *
 * @throws ApiError 501 when no script matches, when the script is at its end, or when its last tool did not end as expected.
 */
export function positionIn(request: MessagesRequest, scripts: readonly Script[]): Position {
  const { script, start } = scriptOf(request, scripts);
  const since = request.messages.slice(start + 1);
  const index = since.filter(({ role }) => role === "assistant").length;
  const turn = script.turns[index];
  if (!turn) throw notScripted(`the script ${script.name} has no turn ${index + 1}`);
  const results = since
    .slice(since.findLastIndex(({ role }) => role === "assistant") + 1)
    .flatMap(toolResults);
  checkResults(results, turn, `turn ${index + 1} of the script ${script.name}`);
  return { script, index, turn };
}

interface Task {
  script: Script;
  /** Number of the message with which it begins. */
  start: number;
}

function scriptOf(request: MessagesRequest, scripts: readonly Script[]): Task {
  const found = scripts.flatMap((script): Task[] => {
    const start = startOf(request, script);
    return start === undefined ? [] : [{ script, start }];
  });
  // A side request quotes the task. Its system prompt tells the two apart.
  const aside = found.find(({ script }) => script.when.system);
  // An agent that continues an earlier session has several tasks in one conversation. The latest counts.
  const latest = aside ?? found.toSorted((one, other) => other.start - one.start)[0];
  if (!latest) throw notScripted(`no script matches the prompt ${JSON.stringify(lastPrompt(request))}`);
  return latest;
}

/** All that was said, the oldest first. */
export function textsOf({ system = [], messages }: MessagesRequest): string[] {
  return [...system, ...messages.flatMap(({ content }) => content)].map(textOf);
}

function startOf({ system = [], messages }: MessagesRequest, { when }: Script): number | undefined {
  if (when.system && !system.some((block) => textOf(block).includes(when.system ?? ""))) return undefined;
  if (!when.prompt) return 0;
  const matches = (block: Block) => block.type === "text" && textOf(block).includes(when.prompt ?? "");
  const start = messages.findLastIndex(({ role, content }) => role === "user" && content.some(matches));
  return start === -1 ? undefined : start;
}

/** A failed tool is refused, so that no script claims success over it. */
function checkResults(results: Block[], { after }: Turn, where: string): void {
  const failed = results.find(({ is_error }) => is_error);
  if (failed) throw notScripted(`before ${where} a tool failed: ${excerpt(textOf(failed))}`);
  const texts = results.map(textOf);
  if (after && !texts.some((text) => text.includes(after))) {
    throw notScripted(
      `${where} comes after ${JSON.stringify(after)}, but there was: ${excerpt(texts.join("\n"))}`,
    );
  }
}

const toolResults = ({ content }: { content: Block[] }) =>
  content.filter(({ type }) => type === "tool_result");

function lastPrompt({ messages }: MessagesRequest): string {
  const texts = messages
    .filter(({ role }) => role === "user")
    .flatMap(({ content }) => content.filter(({ type }) => type === "text").map(textOf));
  return excerpt(texts.at(-1) ?? "");
}

const excerpt = (text: string) => (text.length > 400 ? `${text.slice(0, 400)} …` : text);
