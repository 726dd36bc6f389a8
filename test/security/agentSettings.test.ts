import pWaitFor from "p-wait-for";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { paperclipImage } from "../support/paperclipImage.ts";
import { Workplace } from "../support/workplace.ts";

/** Paperclip lets every agent change its own settings. They say which programs the server starts for it, and with which variables. */
let work: Workplace;

beforeAll(async () => {
  work = await Workplace.start(await paperclipImage());
});

// A server that an agent brings down gives the reason only in its log.
afterEach(async ({ task }) => {
  if (task.result?.state === "fail")
    console.error((await work.machine.logs()).split("\n").slice(-60).join("\n"));
});

afterAll(() => work?.stop());

/** What an agent puts in the place of programs. It records which user runs it and what that user can read. */
const spy = `#!/bin/sh
{ /usr/bin/id --user --name; /usr/bin/cat /paperclip/instances/default/config.json; } >> "$SPIED" 2>/dev/null
exit 1
`;

/** Programs that a start may look for along the way, by name. */
const looked = [
  "claude",
  "node",
  "bash",
  "sh",
  "env",
  "id",
  "sudo",
  "setpriv",
  "git",
  "ps",
  "find",
  "getfacl",
  "setfacl",
  "readlink",
  "stat",
  "chgrp",
  "chmod",
  "grep",
];

test.each<[string, object]>([
  ["its program", { engine: "cli", command: "WORKSPACE/spy" }],
  ["its ACP program", { engine: "acp", agentCommand: "WORKSPACE/spy" }],
  ["where its programs are looked for", { engine: "cli", env: { PATH: "WORKSPACE/bin" } }],
  ["where its programs are looked for, with ACP,", { engine: "acp", env: { PATH: "WORKSPACE/bin" } }],
  [
    "what shells read first",
    {
      engine: "cli",
      command: "WORKSPACE/harmless",
      env: { BASH_ENV: "WORKSPACE/spy", ENV: "WORKSPACE/spy" },
    },
  ],
  ["what Node.js reads first", { engine: "acp", env: { NODE_OPTIONS: "--require=WORKSPACE/spy.js" } }],
])("an agent that changes %s is still nobody but the agent", async (_, settings) => {
  const agent = await work.hire(`Schemer ${JSON.stringify(settings)}`, { engine: "cli" });
  const workspace = `/paperclip/instances/default/workspaces/${agent}`;
  const spied = `/tmp/spied-${agent}`;
  const changed = JSON.parse(JSON.stringify(settings).replaceAll("WORKSPACE", workspace));
  const body = JSON.stringify({ adapterConfig: { ...changed, env: { ...changed.env, SPIED: spied } } });
  await work.put(
    "/tmp/change-itself.sh",
    `set -e
touch ${spied} && chmod 666 ${spied}
mkdir -p bin && cat > spy <<'SPY'
${spy}SPY
printf '#!/bin/bash\\ntrue\\n' > harmless
printf '%s' 'require("node:child_process").execFileSync("${workspace}/spy", { env: { ...process.env, NODE_OPTIONS: "", PATH: "/usr/bin:/bin" } })' > spy.js
chmod 755 spy harmless
for program in ${looked.join(" ")}; do ln -sf "$PWD/spy" "bin/$program"; done
curl --silent --show-error --fail-with-body --request PATCH "$PAPERCLIP_API_URL/api/agents/$PAPERCLIP_AGENT_ID" \\
  --header "Authorization: Bearer $PAPERCLIP_API_KEY" --header "X-Paperclip-Run-Id: $PAPERCLIP_RUN_ID" \\
  --header "Content-Type: application/json" --data '${body}'
`,
  );
  const task = await work.give(agent, `Change your own settings ${agent}`);
  await pWaitFor(async () => (await work.statusOf(task)) === "done", { interval: 300, timeout: 120_000 });
  await work.give(agent, `Use them ${agent}`);
  const found = () => work.machine.exec("cat", spied);
  await pWaitFor(async () => (await found()) !== "", { interval: 300, timeout: 120_000 });
  await pWaitFor(async () => (await work.runs()).every(({ status }) => status !== "running"), {
    interval: 300,
    timeout: 120_000,
  });
  expect(new Set((await found()).split("\n"))).toEqual(new Set(["agent"]));
});
