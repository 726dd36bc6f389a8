/** Which programs go first when CPU is short. */

import pWaitFor from "p-wait-for";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PaperclipClient } from "../../local/people/paperclipClient.ts";
import { cpuFinding, cpuShape } from "../../ops/cpuFinding.ts";
import { appName, Machine, tailnet } from "../support/machine.ts";
import { paperclipImage } from "../support/paperclipImage.ts";

let machine: Machine;
let person: PaperclipClient;

beforeAll(async () => {
  // This tailnet cannot be joined, but tailscaled runs nevertheless.
  const run = ["--env", "TAILSCALE_LOGIN_SERVER=http://127.0.0.1:1"];
  machine = await Machine.start(await paperclipImage(), { tailscaleKey: "tskey-auth-none", run });
  await machine.healthy();
  person = new PaperclipClient(await machine.url(), `https://${appName}.${tailnet}`);
  await person.becomeAdministrator(await machine.exec("paperclip-invite"));
});

afterAll(() => machine?.remove());

const server = ["setpriv", "--reuid=paperclip", "--regid=paperclip", "--init-groups"];
const asAgent = ["sudo", "--user=agent", "--", "/usr/local/lib/paperclip-on-fly/asAgent.sh"];

/** Runs a program as the server starts each of an agent's. */
const agent = (...words: string[]) => machine.exec(...server, ...asAgent, ...words);

const endless = "while :; do :; done";

/** Starts something that never ends, as an agent or as the server itself, and returns its process id. */
const busy = (...starter: string[]) =>
  machine.exec("bash", "-c", '"$@" >/dev/null 2>&1 & echo $!', "-", ...starter, "bash", "-c", endless);

/** Scheduling class and niceness of a process, as `ps` prints them. Every process begins with `TS 0`. */
const order = async (pid: string) =>
  (await machine.exec("ps", "-o", "cls=,ni=", "-p", pid)).trim().replace(/\s+/, " ");

const oldest = (...words: string[]) => machine.exec("pgrep", "--oldest", ...words);

/** Hundredths of a second of CPU that processes have used. */
async function used(pids: string[]): Promise<number> {
  const stats = await machine.exec("cat", ...pids.map((pid) => `/proc/${pid}/stat`));
  const times = stats.split("\n").map((line) => line.slice(line.lastIndexOf(")") + 2).split(" "));
  return times.reduce((sum, fields) => sum + Number(fields[11]) + Number(fields[12]), 0);
}

describe("an agent's programs come after the server, the database and tailscaled in CPU:", () => {
  test("they are in the class for idle times, with all that they start, and no other process is", async () => {
    const ownClass = "ps -o cls= -p $$";
    expect(await agent("bash", "-c", `${ownClass}; bash -c '${ownClass}; true'; true`)).toBe("IDL\nIDL");
    const others = [["--full", "@paperclipai/server"], ["--full", "bin/postgres -D"], ["tailscaled"]];
    for (const words of others) expect(await order(await oldest(...words))).toBe("TS 0");
  });

  test("they cannot raise themselves", async () => {
    const tries = "chrt --other --pid 0 $$; chrt --batch --pid 0 $$; renice --priority -1 $$";
    expect(await agent("bash", "-c", `(${tries}) 2>&1 | wc --lines; ps -o cls= -p $$`)).toBe("3\nIDL");
  });

  test("a program of the server gets nearly all CPU while agents compute", async () => {
    const agents = [await busy(...server, ...asAgent), await busy(...server, ...asAgent)];
    await pWaitFor(async () => (await used(agents)) > 100, { interval: 100, timeout: 60_000 });
    const own = await busy(...server);
    const before = await used(agents);
    await pWaitFor(async () => (await used([own])) > 200, { interval: 100, timeout: 60_000 });
    expect((await used(agents)) - before).toBeLessThan(20);
    await machine.exec("kill", own, ...agents);
  });
});

describe("with no CPU saved, and two agents that compute", () => {
  beforeAll(async () => {
    for (const _ of [1, 2]) await busy(...server, ...asAgent);
    await machine.cpu.setBalance(0);
  });

  test("the platform's check passes within its 10 s, each time", async () => {
    for (let look = 0; look < 10; look += 1) {
      expect((await machine.health("localhost", 10))?.statusCode).toBe(200);
    }
  });

  test("a person's page is answered, in the median within 2 s", async () => {
    const seconds: number[] = [];
    while (seconds.length < 15) {
      const started = performance.now();
      await person.ok("GET", "/api/companies");
      seconds.push((performance.now() - started) / 1000);
    }
    expect(seconds.toSorted((one, other) => one - other)[7]).toBeLessThan(2);
    expect((await machine.cpu.reading()).isHeld).toBe(true);
  });

  test("doctor says that the machine is held back, and names a larger size", async () => {
    const { cpus, first, last } = cpuShape.parse(JSON.parse(await machine.exec("paperclip-cpu")));
    // As if its start was an hour ago: doctor judges no machine by its start.
    const later = (times: typeof first) => ({ ...times, idle: times.idle + 360_000 });
    const readings = { cpus, first: later(first), last: later(last) };
    const listed = { region: "ams", config: { guest: { cpu_kind: "shared", cpus: 1, memory_mb: 1024 } } };
    const { text, fix } = cpuFinding(readings, listed);
    expect(text).toMatch(/^held back for [89]\d % of the last ten seconds/);
    expect(fix).toMatch(/^pulumi config set size shared-cpu-[4-8]x && .*pulumi up$/);
  });
});
