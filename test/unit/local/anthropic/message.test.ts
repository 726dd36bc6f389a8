import { expect, test } from "vitest";
import { positionIn } from "../../../../local/anthropic/conversation.ts";
import { type Event, eventsOf, messageFor } from "../../../../local/anthropic/message.ts";
import { parseMessagesRequest } from "../../../../local/anthropic/messagesRequest.ts";
import { parseScript } from "../../../../local/anthropic/script.ts";

const script = parseScript(
  "close",
  `
when: { prompt: close }
find: { issue: "close the issue ([A-Z]+-\\\\d+)" }
turns:
  - say:
      - { text: "I close {{issue}}." }
      - { tool: Bash, input: { command: "cd {{cwd}} && close {{issue}} --reason 'it is done, and was checked'", list: ["{{issue}}", 1] } }
    usage: { input: 1200, output: 40, cacheRead: 900 }
`,
);

function message(prompt: string, tools = [{ name: "Bash" }]) {
  const messages = [
    { role: "user", content: prompt },
    { role: "system", content: "# Environment\n - Primary working directory: /work\n - Platform: linux" },
  ];
  const request = parseMessagesRequest({ model: "claude-opus-5", messages, tools });
  return messageFor(request, positionIn(request, [script]));
}

test("a turn's names take what the conversation last said of them, at any depth of a tool's input", () => {
  const { content, stop_reason } = message("Earlier: close the issue AC-1. Now: close the issue AC-22");
  expect(stop_reason).toBe("tool_use");
  expect(content).toMatchObject([
    { type: "text", text: "I close AC-22." },
    {
      type: "tool_use",
      name: "Bash",
      input: {
        command: "cd /work && close AC-22 --reason 'it is done, and was checked'",
        list: ["AC-22", 1],
      },
    },
  ]);
});

test("a name that the conversation does not tell, and a tool that is not offered, are refused", () => {
  expect(() => message("close it")).toThrow("nothing in the conversation gives {{issue}} a value");
  expect(() => message("close the issue AC-1", [{ name: "Read" }])).toThrow(
    "uses the tool Bash, and offered are Read",
  );
});

test("a stream's events, put together, are the message", () => {
  const whole = message("close the issue AC-1");
  const events = [...eventsOf(whole)];
  expect(events.map(({ type }) => type).filter((type, index, all) => type !== all[index - 1])).toEqual([
    "message_start",
    ...["content_block_start", "content_block_delta", "content_block_stop"],
    ...["content_block_start", "content_block_delta", "content_block_stop"],
    "message_delta",
    "message_stop",
  ]);
  expect(textOf(events, 0)).toBe("I close AC-1.");
  expect(JSON.parse(textOf(events, 1))).toEqual(
    whole.content[1] && "input" in whole.content[1] && whole.content[1].input,
  );
  expect(events.at(-2)).toMatchObject({
    delta: { stop_reason: "tool_use" },
    usage: { input_tokens: 1200, output_tokens: 40, cache_read_input_tokens: 900 },
  });
});

function textOf(events: Event[], block: number): string {
  const deltas = events.filter(({ type, index }) => type === "content_block_delta" && index === block);
  return deltas
    .map(({ delta }) => delta as { text?: string; partial_json?: string })
    .map(({ text, partial_json }) => text ?? partial_json ?? "")
    .join("");
}
