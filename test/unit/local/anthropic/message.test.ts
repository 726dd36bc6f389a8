import { expect, test } from "vitest";
import { positionIn } from "../../../../local/anthropic/conversation.ts";
import { type Event, eventsOf, messageFor } from "../../../../local/anthropic/message.ts";
import { parseMessagesRequest } from "../../../../local/anthropic/messagesRequest.ts";
import { parseScript } from "../../../../local/anthropic/script.ts";

const script = parseScript(
  "close",
  `
when: { prompt: close }
turns:
  - say:
      - { text: "I close it." }
      - { tool: Bash, input: { command: "cd {{cwd}} && close --reason 'it is done, and was checked'", list: ["{{cwd}}", 1] } }
    usage: { input: 1200, output: 40, cacheRead: 900 }
`,
);

function message(folders = ["/work"], tools = [{ name: "Bash" }]) {
  const messages = [
    { role: "user", content: "close it" },
    ...folders.map((folder) => ({
      role: "system",
      content: `# Environment\n - Primary working directory: ${folder}\n - Platform: linux`,
    })),
  ];
  const request = parseMessagesRequest({ model: "claude-opus-5", messages, tools });
  return messageFor(request, positionIn(request, [script]));
}

test("a turn works in the folder that was named last, at any depth of a tool's input", () => {
  const { content, stop_reason } = message(["/earlier", "/work"]);
  expect(stop_reason).toBe("tool_use");
  expect(content).toMatchObject([
    { type: "text", text: "I close it." },
    {
      type: "tool_use",
      name: "Bash",
      input: {
        command: "cd /work && close --reason 'it is done, and was checked'",
        list: ["/work", 1],
      },
    },
  ]);
});

test("a folder that nobody has named, and a tool that is not offered, are refused", () => {
  expect(() => message([])).toThrow("nothing in the conversation gives {{cwd}} a value");
  expect(() => message(["/work"], [{ name: "Read" }])).toThrow("uses the tool Bash, and offered are Read");
});

test("a stream's events, put together, are the message", () => {
  const whole = message();
  const events = [...eventsOf(whole)];
  expect(events.map(({ type }) => type).filter((type, index, all) => type !== all[index - 1])).toEqual([
    "message_start",
    ...["content_block_start", "content_block_delta", "content_block_stop"],
    ...["content_block_start", "content_block_delta", "content_block_stop"],
    "message_delta",
    "message_stop",
  ]);
  expect(textOf(events, 0)).toBe("I close it.");
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
