import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PaperclipClient } from "../../local/people/paperclipClient.ts";
import { appName, tailnet } from "../support/machine.ts";
import { paperclipImage } from "../support/paperclipImage.ts";
import { Workplace } from "../support/workplace.ts";
import { outcomesOf, scriptOf } from "./attempts.ts";
import { worstTexts } from "./worstTexts.ts";

/**
 * No single text blocks the server for others. While somebody sends the longest text that it accepts, everybody else gets an answer within
 * two seconds of the machine's CPU time, however busy the host is. Paperclip as published needs minutes for a tenth of such a text.
 */
const longest = 500_000;
const bound = 2;
let work: Workplace;
let colleague: PaperclipClient;
let task: string;
let agent: string;

beforeAll(async () => {
  work = await Workplace.start(await paperclipImage());
  const url = `https://${appName}.${tailnet}`;
  const path = `/api/companies/${work.companyId}/invites`;
  const invited = await work.operator.ok<{ token: string }>("POST", path, {
    allowedJoinTypes: "human",
    humanRole: "operator",
  });
  colleague = new PaperclipClient(await work.machine.url(), url, { address: "100.64.0.7" });
  const account = { email: "colleague@example.test", password: "let me in, please", name: "Colleague" };
  await colleague.join(`${url}/invite/${invited.token}`, account);
  agent = await work.hire("Scribe", {});
  task = await work.add("issues", { title: "Long texts", status: "backlog" });
});

afterAll(() => work?.stop());

const used = async () => (await work.machine.cpu.reading()).usedSeconds;

/** Runs an action. Returns the longest time that another person waited for an answer meanwhile, in seconds of the machine's CPU. */
async function longestWait(act: () => Promise<unknown>): Promise<number> {
  let done = false;
  const acting = act().finally(() => {
    done = true;
  });
  let most = 0;
  do {
    const since = await used();
    await colleague.ok("GET", "/api/auth/get-session");
    most = Math.max(most, (await used()) - since);
    await setTimeout(20);
  } while (!done);
  await acting;
  return most;
}

/** Fields that take texts from people and agents. */
const places: Record<string, (text: string) => Promise<{ status: number }>> = {
  "a comment": (body) => work.operator.call("POST", `/api/issues/${task}/comments`, { body }),
  "a task's description": (description) =>
    work.operator.call("PATCH", `/api/issues/${task}`, { description }),
  "a new task": (description) =>
    work.operator.call("POST", `/api/companies/${work.companyId}/issues`, {
      title: "Long",
      status: "backlog",
      description,
    }),
  "an agent's instructions": (content) =>
    work.operator.call("PUT", `/api/agents/${agent}/instructions-bundle/file`, {
      path: "AGENTS.md",
      content,
    }),
  "what a company is for": (description) =>
    work.operator.call("PATCH", `/api/companies/${work.companyId}`, { description }),
};

describe.each(Object.entries(places))(
  "a person's text of the longest length as %s keeps nobody waiting:",
  (_, send) => {
    test.each(worstTexts(longest))("%s", async (_, text) => {
      let status = 0;
      const wait = await longestWait(async () => {
        ({ status } = await send(text));
      });
      expect(wait).toBeLessThan(bound);
      expect(status).toBeLessThan(300);
    });
  },
);

test("a text over the limit is refused, and the answer says what is too long and what to do", async () => {
  const { status, body } = await work.operator.call("POST", `/api/issues/${task}/comments`, {
    body: "a".repeat(longest + 1),
  });
  expect(status).toBe(413);
  expect(body).toMatchObject({
    message: expect.stringMatching(/^body has 500001 characters.*Split it, or attach it/),
  });
});

test.each([
  ["levels", `{"body":${"[".repeat(1_000_000)}${"]".repeat(1_000_000)}}`],
  ["values", JSON.stringify({ body: Array(2_000_000).fill(0) })],
])("a request with millions of %s keeps nobody waiting", async (_, json) => {
  let status = 0;
  const wait = await longestWait(async () => {
    status = (await work.operator.send("POST", `/api/issues/${task}/comments`, json)).status;
  });
  expect(wait).toBeLessThan(bound);
  expect(status).toBe(413);
});

test("an agent's texts keep nobody waiting either", async () => {
  const names = worstTexts(longest).map(([name]) => name);
  for (const [n, [, text]] of worstTexts(longest).entries())
    await work.put(`/tmp/worst-${n}.json`, JSON.stringify({ body: text }));
  const send = (
    n: number,
  ) => `curl --silent --show-error --fail --request POST "$PAPERCLIP_API_URL/api/issues/$PAPERCLIP_TASK_ID/comments" \\
    --header "Authorization: Bearer $PAPERCLIP_API_KEY" --header "X-Paperclip-Run-Id: $PAPERCLIP_RUN_ID" \\
    --header "Content-Type: application/json" --data @/tmp/worst-${n}.json > /dev/null`;
  await work.put("/tmp/look-around.sh", scriptOf(names.map((name, n) => ({ name, script: send(n) }))));
  const writer = await work.hire("Writer", {});
  const given = await work.give(writer, "Look around in this machine, and write about it");
  expect(await longestWait(() => work.done(given))).toBeLessThan(bound);
  const file = `/paperclip/instances/default/workspaces/${writer}/look-around.txt`;
  for (const { name, status, output } of outcomesOf(await work.machine.exec("cat", file)))
    expect(status, `${name}: ${output}`).toBe(0);
});

test("a run does not keep asking for news of its tools", async () => {
  expect(await work.machine.logs()).not.toMatch(/"method":"GET","url":"\/mcp\//);
});
