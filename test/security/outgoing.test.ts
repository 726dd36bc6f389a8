import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { execa } from "execa";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { bridgeGateway } from "../../local/platform/tailnet.ts";
import { paperclipImage } from "../support/paperclipImage.ts";
import { Workplace } from "../support/workplace.ts";
import { outcomesOf, scriptOf } from "./attempts.ts";

/**
 * Where others can make the server connect to. In the machine, and in a private network next to it, something waits for connections. The
 * server is asked to fetch from there, with each kind of address, through each part of Paperclip that takes one.
 */
const port = 4444;
let work: Workplace;
let neighbour: Server;
let neighbours = 0;
let places: Record<string, string>;

beforeAll(async () => {
  work = await Workplace.start(await paperclipImage());
  const gateway = await bridgeGateway();
  neighbour = createServer((socket) => {
    neighbours += 1;
    socket.destroy();
  }).listen(0, gateway);
  await once(neighbour, "listening");
  const address = neighbour.address();
  if (typeof address !== "object" || !address) throw new Error("the neighbour has no port");
  const listener = `for (const port of [${port}, 443, 80]) require("node:net").createServer((socket) => {
    require("node:fs").appendFileSync("/tmp/heard", "x"); socket.destroy();
  }).on("error", () => {}).listen(port, "::")`;
  await execa("docker", ["exec", "--detach", work.machine.name, "node", "--eval", listener]);
  await work.machine.exec("bash", "-c", "touch /tmp/heard; echo 127.0.0.1 harmless.example >> /etc/hosts");
  await work.machine.exec("bash", "-c", `until : < /dev/tcp/127.0.0.1/${port}; do sleep 0.1; done`);
  places = {
    "the machine": `127.0.0.1:${port}`,
    "the machine by another name": `harmless.example:${port}`,
    "the machine by IPv6": `[::1]:${port}`,
    "the machine by IPv4 in IPv6": `[::ffff:127.0.0.1]:${port}`,
    "the machine as any address": `0.0.0.0:${port}`,
    "a private network": `${gateway}:${address.port}`,
  };
});

afterAll(async () => {
  neighbour?.close();
  await work?.stop();
});

/** How many connections there were so far. */
const heard = async () => neighbours + (await work.machine.exec("cat", "/tmp/heard")).length;
let before: number;
beforeEach(async () => {
  before = await heard();
});

test("the listener hears connections: an agent's own program reaches the machine", async () => {
  const agent = ["setpriv", "--reuid=agent", "--regid=agent", "--clear-groups"];
  await work.machine.exec(...agent, "bash", "-c", `curl --silent http://127.0.0.1:${port}/ || true`);
  expect(await heard()).toBe(before + 1);
});

/** What takes an address, and the request that makes the server fetch from it. */
const takers: Record<string, (place: string) => Promise<{ status: number }>> = {
  "a skill's": (place) =>
    work.operator.call("POST", `/api/companies/${work.companyId}/skills/import`, {
      source: `https://${place}/SKILL.md`,
    }),
  "the address of a skill in a repository": (place) =>
    work.operator.call("POST", `/api/companies/${work.companyId}/skills/import`, {
      source: `https://${new URL(`https://${place}`).hostname}/acme/skills`,
    }),
  "a company's to import": (place) =>
    work.operator.call("POST", "/api/companies/import/preview", {
      source: { type: "github", url: `https://${new URL(`https://${place}`).hostname}/acme/company` },
      include: { company: true, agents: true },
      target: { mode: "new_company", newCompanyName: "Imported" },
    }),
  "a tool's": (place) =>
    work.operator.call("POST", `/api/companies/${work.companyId}/tools/apps/connect`, {
      transport: "mcp_remote",
      name: "Tool",
      url: `http://${place}/mcp`,
      config: { url: `http://${place}/mcp` },
    }),
};

describe.each(Object.entries(takers))("%s address does not lead the server into", (_, take) => {
  test.each([
    "the machine",
    "the machine by another name",
    "the machine by IPv6",
    "the machine by IPv4 in IPv6",
    "the machine as any address",
    "a private network",
  ])("%s", async (place) => {
    expect((await take(places[place] ?? "")).status).toBeGreaterThanOrEqual(400);
    expect(await heard()).toBe(before);
  });
});

test("an agent cannot make the server fetch from there either", async () => {
  const agent = await work.hire("Fetcher", {});
  const attempts = Object.entries(places).map(([name, place]) => ({
    name,
    script: `curl --silent --show-error --fail-with-body --request POST "$PAPERCLIP_API_URL/api/companies/$PAPERCLIP_COMPANY_ID/skills/import" \\
      --header "Authorization: Bearer $PAPERCLIP_API_KEY" --header "X-Paperclip-Run-Id: $PAPERCLIP_RUN_ID" \\
      --header "Content-Type: application/json" --data '{"source":"https://${place}/SKILL.md"}'`,
  }));
  await work.put("/tmp/look-around.sh", scriptOf(attempts));
  await work.done(await work.give(agent, "Look around in this machine, and fetch skills"));
  const file = `/paperclip/instances/default/workspaces/${agent}/look-around.txt`;
  for (const { name, status, output } of outcomesOf(await work.machine.exec("cat", file))) {
    expect(status, name).toBeGreaterThan(0);
    // The agent was allowed to ask, and the server was not allowed to connect.
    expect(output, name).toMatch(/Could not connect|credentials, query/);
  }
  expect(await heard()).toBe(before);
});
