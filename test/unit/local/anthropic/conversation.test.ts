import { describe, expect, test } from "vitest";
import { positionIn } from "../../../../local/anthropic/conversation.ts";
import { parseMessagesRequest } from "../../../../local/anthropic/messagesRequest.ts";
import { parseScript } from "../../../../local/anthropic/script.ts";

const report = parseScript(
  "report",
  `
when: { prompt: write a report }
turns:
  - say: [{ tool: Bash, input: { command: ls } }]
  - after: notes.txt
    say: [{ text: Done. }]
`,
);
const title = parseScript(
  "title",
  "{ when: { system: a short title }, turns: [{ say: [{ text: Report }] }] }",
);

const user = (text: string) => ({ role: "user", content: [{ type: "text", text }] });
const assistant = { role: "assistant", content: [{ type: "tool_use", id: "1", name: "Bash", input: {} }] };
const result = (content: string, is_error = false) => ({
  role: "user",
  content: [{ type: "tool_result", tool_use_id: "1", content, is_error }],
});
const position = (messages: object[], system = "You are Claude Code.") =>
  positionIn(parseMessagesRequest({ model: "claude-opus-5", messages, system }), [report, title]);

describe("a conversation stands at", () => {
  test("the first turn of the script whose text is in the prompt", () => {
    expect(position([user("Please write a report.")])).toMatchObject({
      script: { name: "report" },
      index: 0,
    });
  });

  test("the turn after those that the model has had, whatever else was said in between", () => {
    const reminder = { role: "system", content: "Remember the environment." };
    const messages = [user("write a report"), reminder, assistant, result("notes.txt")];
    expect(position(messages)).toMatchObject({ index: 1 });
  });

  test("the first turn again when an earlier session is given the task again", () => {
    const messages = [user("write a report"), assistant, result("notes.txt"), assistant];
    expect(position([...messages, user("You were interrupted: write a report")])).toMatchObject({ index: 0 });
  });

  test("the script that the system prompt asks for, as in programs' side requests, even if they quote the task", () => {
    expect(position([user("name this: write a report")], "Find a short title")).toMatchObject({
      script: { name: "title" },
    });
  });
});

describe("it is refused loudly when", () => {
  test("no script matches, with what was said", () => {
    expect(() => position([user("sing a song")])).toThrow('no script matches the prompt "sing a song"');
  });

  test("the script is at its end", () => {
    const messages = [user("write a report"), assistant, result("notes.txt"), assistant, user("and now?")];
    expect(() => position(messages)).toThrow("the script report has no turn 3");
  });

  test("a tool failed, with what it said", () => {
    const messages = [user("write a report"), assistant, result("ls: not found", true)];
    expect(() => position(messages)).toThrow(
      "before turn 2 of the script report a tool failed: ls: not found",
    );
  });

  test("a tool said something other than what the script builds on", () => {
    expect(() => position([user("write a report"), assistant, result("nothing")])).toThrow(
      'turn 2 of the script report comes after "notes.txt", but there was: nothing',
    );
  });
});

test("a script that cannot be played is refused with all that is wrong with it", () => {
  const text = "{ when: {}, turns: [{ say: [{ tool: Bash }], gate: 1 }] }";
  expect(() => parseScript("broken", text)).toThrow(
    /script broken is wrong:[\s\S]*needs a prompt[\s\S]*turns\[0\].gate/,
  );
});
