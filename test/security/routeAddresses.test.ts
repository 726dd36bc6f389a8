import { execa } from "execa";
import pWaitFor from "p-wait-for";
import { afterAll, beforeAll, expect, test } from "vitest";
import { paperclipImage } from "../support/paperclipImage.ts";
import { Workplace } from "../support/workplace.ts";
import { Agent } from "./reach/agent.ts";
import { groundOf } from "./reach/ground.ts";
import { type Ids, requestsOf } from "./reach/requests.ts";
import type { Description } from "./routes/row.ts";
import { table } from "./routes/table.ts";

/** An agent names an address of the machine itself in every field of every route that could take one. The server must not connect to it. */
const port = 4444;
const callers = "/tmp/callers";
let agent: Agent;
let description: Description;
let ids: Ids;

beforeAll(async () => {
  // Docker gives a machine no IPv6, not even on its loopback, unless it is told to.
  const run = ["--sysctl", "net.ipv6.conf.all.disable_ipv6=0"];
  const work = await Workplace.start(await paperclipImage(), { memoryMb: 1536, run });
  agent = await Agent.hire(work, "Mallory");
  description = await work.operator.ok("GET", "/api/openapi.json");
  ids = await groundOf(agent);
  const listener = `const { writeFileSync } = require("node:fs"); let count = 0; writeFileSync("${callers}", "0");
    require("node:net").createServer((one) => { writeFileSync("${callers}", String(++count)); one.on("error", () => {}); one.end(); }).listen(${port}, "::")`;
  const { name } = work.machine;
  await execa("docker", ["exec", "--detach", "--user", "agent", name, "node", "--eval", listener]);
  await pWaitFor(async () => (await count()) === 0, { timeout: 20_000 });
});

afterAll(() => agent?.work.stop());

const count = async () => Number(await agent.shell(`cat ${callers}`).catch(() => "not yet"));

test("connections are counted, with both kinds of addresses", async () => {
  const before = await count();
  await agent.shell(`for host in 127.0.0.1 '[::1]'; do curl --silent "http://$host:${port}" || true; done`);
  expect(await count()).toBe(before + 2);
});

test.each([
  `http://127.0.0.1:${port}/SKILL.md`,
  `https://127.0.0.1:${port}/SKILL.md`,
  `https://localhost:${port}/SKILL.md`,
  `https://[::1]:${port}/SKILL.md`,
  `https://[::ffff:127.0.0.1]:${port}/SKILL.md`,
  `https://2130706433:${port}/SKILL.md`,
  `https://localhost.:${port}/SKILL.md`,
])("no field of any route has the server connect to %s", async (address) => {
  const connected: string[] = [];
  let before = await count();
  for (const row of table.filter(({ urls, open, paths }) => urls || open || paths?.includes("source")))
    for (const { field, method, path, body } of requestsOf(
      row,
      ["urls", "open", "paths"],
      address,
      ids,
      description,
    )) {
      if (method === "DELETE") continue;
      const { status } = await agent.call(method, path, body).catch(() => ({ status: 0 }));
      const now = await count();
      if (now > before) connected.push(`${row.route} ${field} (${status})`);
      before = now;
    }
  expect(connected).toEqual([]);
});
