import { afterAll, beforeAll, expect, test } from "vitest";
import { Machine } from "../support/machine.ts";
import { paperclipImage } from "../support/paperclipImage.ts";

/** Whoever answers in Paperclip's place receives people's sessions and agents' keys. */
let machine: Machine;

beforeAll(async () => {
  // As on Fly.io. Docker turns IPv6 off where the network has none.
  const run = ["all", "lo"].flatMap((name) => ["--sysctl", `net.ipv6.conf.${name}.disable_ipv6=0`]);
  machine = await Machine.start(await paperclipImage(), { run });
  await machine.healthy();
});

afterAll(() => machine?.remove());

/** Tries to bind each address of the port in each way; prints the addresses that it got. */
const takes = (port: number) => `
import itertools, socket
addresses = [(socket.AF_INET6, a) for a in ("::", "::1", "::ffff:127.0.0.1")] + [(socket.AF_INET, a) for a in ("0.0.0.0", "127.0.0.1", "127.0.0.2")]
ways = [(), (socket.SO_REUSEADDR,), (socket.SO_REUSEPORT,), (socket.SO_REUSEADDR, socket.SO_REUSEPORT)]
for (family, address), only, way in itertools.product(addresses, (0, 1), ways):
    with socket.socket(family, socket.SOCK_STREAM) as one:
        try:
            if family == socket.AF_INET6: one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, only)
            for option in way: one.setsockopt(socket.SOL_SOCKET, option, 1)
            one.bind((address, ${port})); one.listen()
            print(address)
        except OSError: pass`;

async function takenByAgent(port: number): Promise<Set<string>> {
  const user = ["setpriv", "--reuid=agent", "--regid=agent", "--clear-groups"];
  const said = await machine.exec(...user, "python3", "-c", takes(port));
  return new Set(said.split("\n").filter(Boolean));
}

test("an agent cannot take any address of Paperclip's port, however it asks", async () => {
  expect(await takenByAgent(3100)).toEqual(new Set());
});

test("an agent can take the addresses of other ports, including IPv6, as its own servers do", async () => {
  const all = ["::", "::1", "::ffff:127.0.0.1", "0.0.0.0", "127.0.0.1", "127.0.0.2"];
  expect(await takenByAgent(3000)).toEqual(new Set(all));
});

test("a request to localhost reaches Paperclip, and a request over IPv6 only reaches nobody", async () => {
  const ask = (...words: string[]) => machine.exec("curl", "--silent", "--max-time", "10", ...words);
  expect(await ask("http://localhost:3100/api/health")).toContain('"status":"ok"');
  await expect(ask("http://[::1]:3100/api/health")).rejects.toThrow();
});

test("when the server has ended and the rest of the machine has not, nobody else can take its port", async () => {
  // The machine's end is held up: the process that ends the machine waits for its first child.
  const start = await machine.exec("pgrep", "--oldest", "--full", "bash /usr/local/bin/paperclip-start");
  await machine.exec("kill", "-STOP", start);
  await machine.exec("pkill", "-KILL", "--full", "@paperclipai/server");
  expect(await takenByAgent(3100)).toEqual(new Set());
  await machine.exec("kill", "-CONT", start);
});
