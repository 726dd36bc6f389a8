import { request } from "undici";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withKernelThatLacks, withPrograms } from "../support/kernel.ts";
import { appName, Machine, tailnet } from "../support/machine.ts";
import { paperclipImage } from "../support/paperclipImage.ts";
import { TailnetMachine } from "../support/tailnetMachine.ts";

/** Which ports the machine has open, and who can reach them. */
let image: string;
let machine: Machine;

beforeAll(async () => {
  image = await paperclipImage();
  machine = await Machine.start(image);
  await machine.healthy();
});

afterAll(() => machine?.remove());

/** The listening sockets, each as PROTOCOL ADDRESS:PORT. */
const listening = async (one: Machine) =>
  (await one.exec("ss", "--listening", "--tcp", "--udp", "--numeric", "--no-header"))
    .split("\n")
    .filter(Boolean)
    .map((line) => line.trim().split(/\s+/))
    .map(([protocol, , , , address]) => `${protocol} ${address}`)
    .sort();

test("nothing but Paperclip listens", async () => {
  expect(await listening(machine)).toEqual(["tcp 0.0.0.0:3100"]);
});

describe("from the platform's network", () => {
  const ask = async (path: string, headers: Record<string, string>, method: "GET" | "POST" = "GET") => {
    const url = `http://${await machine.inspect("{{.NetworkSettings.IPAddress}}")}:3100${path}`;
    return (await request(url, { method, headers })).statusCode;
  };

  test("the health check is answered, as Fly asks it", async () => {
    expect(await ask("/api/health", { host: "localhost" })).toBe(200);
  });

  test.each(["/", "/api/health?x", "/api/auth/get-session", "/api/companies", "/assets/x.js"])(
    "%s is not answered",
    async (path) => {
      expect(await ask(path, { host: "localhost" })).toBe(403);
    },
  );

  test("nothing can be sent", async () => {
    expect(await ask("/api/health", { host: "localhost" }, "POST")).toBe(403);
  });

  test.each(["x-forwarded-host", "forwarded"])(
    "a foreign name is not made a known one by %s",
    async (header) => {
      const value = header === "forwarded" ? "host=localhost" : "localhost";
      expect(await ask("/api/health", { host: "elsewhere.example", [header]: value })).toBe(403);
    },
  );

  test("a WebSocket is refused", async () => {
    const upgrade = { connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13" };
    const headers = { host: "localhost", ...upgrade, "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==" };
    const path = "/api/companies/x/events/ws";
    // Written by hand, because an HTTP client refuses to send such a request.
    const lines = [
      `GET ${path} HTTP/1.1`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      "",
      "",
    ];
    const address = await machine.inspect("{{.NetworkSettings.IPAddress}}");
    const script = `exec 3<>/dev/tcp/${address}/3100; printf '%s' "$0" >&3; head -n 1 <&3`;
    expect(await machine.exec("bash", "-c", script, lines.join("\r\n"))).toContain("403");
  });
});

describe("in the tailnet", () => {
  test("only what is served is open, and an agent reaches no device, not even its own machine's", () =>
    TailnetMachine.use(image, async (it) => {
      await it.start((await it.tailnet.makeKey()).key);
      await it.open();
      await it.machine.healthy();
      const [address, address6] = await addresses(it);
      // tailscaled's own sockets: WireGuard, and the API for peers at the tailnet's addresses.
      const others = (await listening(it.machine)).filter((socket) => !/^udp |:3100$/.test(socket));
      for (const socket of others) expect(socket).toMatch(new RegExp(`^tcp (${address}|\\[${address6}\\]):`));
      await agentsAreKeptOut(it, /Connection refused|Could not connect|Couldn't connect|unreachable/i);
    }));

  test("with a kernel whose netfilter cannot tell users apart, agents find no route, and everything else works as before", () =>
    withKernelThatLacks(["owner match"], (lacking) =>
      TailnetMachine.use(image, async (it) => {
        await it.start((await it.tailnet.makeKey()).key, {}, lacking);
        await it.open();
        await it.machine.healthy();
        expect(await kernel(it)).toMatchObject({ agents: "routes", ports: "closed" });
        await agentsAreKeptOut(it, /Permission denied|Couldn't connect|Could not connect/i);
        const paperclips = [
          "setpriv",
          "--reuid=agent",
          "--regid=agent",
          "--clear-groups",
          "curl",
          "--silent",
          "--fail",
        ];
        expect(await it.machine.exec(...paperclips, "http://127.0.0.1:3100/api/health")).toContain('"ok"');
      }),
    ));

  test("with a kernel that can keep nobody from a network device, the machine has none. It joins the tailnet only if the tailnet's policy closes the agents' ports; then Paperclip is open, and there is no other way in", () =>
    withKernelThatLacks(["owner match", "route rules"], (lacking) =>
      TailnetMachine.use(image, async (it) => {
        const { key } = await it.tailnet.makeKey();
        await it.start(key, {}, lacking);
        await it.machine.healthy();
        // Ports that agents' servers listen on would be open to the tailnet, so the device is not started.
        expect(await it.status()).toMatchObject({
          state: "NotRunning",
          problem: expect.stringContaining("cannot close the machine's other ports"),
          fix: expect.stringContaining("TAILNET_PORTS policy"),
        });
        expect(await it.machine.exec("sh", "-c", "pgrep tailscaled || true")).toBe("");
        await it.start(key, { TAILNET_PORTS: "policy" }, lacking);
        await it.open();
        expect(await kernel(it)).toMatchObject({ agents: "userspace", ports: "open" });
        expect(await it.machine.exec("ls", "/sys/class/net")).not.toContain("tailscale0");
        const [address] = await addresses(it);
        const route = await it.machine.exec("ip", "route", "get", address);
        expect(route).toBe(
          (await it.machine.exec("ip", "route", "get", "192.0.2.1")).replaceAll("192.0.2.1", address),
        );
        const agent = ["setpriv", "--reuid=agent", "--regid=agent", "--clear-groups"];
        // The request leaves the machine. Whatever answers there is not the device.
        const own = `${appName}.${tailnet}`;
        const visit = `curl --silent --insecure --max-time 5 --resolve ${own}:443:${address} https://${own}/api/health; true`;
        expect(await it.machine.exec(...agent, "sh", "-c", visit)).not.toContain('"status"');
        const ask = [
          "curl",
          "--unix-socket",
          "/run/tailscale/tailscaled.sock",
          "http://local-tailscaled.sock/localapi/v0/status",
        ];
        await expect(it.machine.exec(...agent, ...ask)).rejects.toThrow();
      }),
    ));

  // tailscaled 1.96 was reported to add such rules. 1.102 does not, and it removes any chain that has the name of one of its own.
  const ownRules = `iptables-nft --new of-tailscaled && iptables-nft --append of-tailscaled --in-interface tailscale0 --jump ACCEPT
    iptables-nft --insert INPUT --jump of-tailscaled
    exec /usr/local/bin/tailscaled "$@"`;

  test("the machine's own rule for traffic from the device stays the first one, even if tailscaled adds rules at a start", () =>
    withPrograms({ tailscaled: ownRules }, (making) =>
      TailnetMachine.use(image, async (it) => {
        const rules = () => it.machine.exec("iptables-nft", "--list-rules", "INPUT");
        const { key } = await it.tailnet.makeKey();
        for (const _ of ["new", "known"]) {
          await it.start(key, {}, making);
          await it.open();
          const [, first, ...others] = (await rules()).split("\n");
          expect(first).toContain("-A INPUT -i tailscale0 -p tcp -j REJECT");
          expect(others).toContain("-A INPUT -j of-tailscaled");
        }
      }),
    ));
});

const kernel = async (it: TailnetMachine) => JSON.parse(await it.machine.exec("paperclip-kernel"));

/** The device's addresses: IPv4 and IPv6. */
async function addresses(it: TailnetMachine): Promise<[string, string]> {
  const ip = await it.machine.exec("tailscale", "--socket=/run/tailscale/tailscaled.sock", "ip");
  const [address = "", address6 = ""] = ip.split("\n");
  return [address, address6];
}

/** An agent reaches nothing in the tailnet, and is told so at once, while the machine itself reaches what it serves. */
async function agentsAreKeptOut(it: TailnetMachine, told: RegExp): Promise<void> {
  const [address, address6] = await addresses(it);
  const quietly = ["curl", "--silent", "--insecure", "--max-time", "5", "--output", "/dev/null"];
  const visit = (to: string) => [...quietly, `https://${to}/`];
  const own = ["--resolve", `${appName}.${tailnet}:443:${address}`];
  const asAgent = ["setpriv", "--reuid=agent", "--regid=agent", "--clear-groups"];
  const reachable = visit(`${appName}.${tailnet}`);
  expect(await it.machine.exec(...reachable, ...own, "--write-out", "%{http_code}")).toBe("200");
  await expect(it.machine.exec(...asAgent, ...reachable, ...own)).rejects.toThrow();
  await expect(it.machine.exec(...asAgent, ...quietly, `http://${address}/`)).rejects.toThrow();
  for (const to of [address, `[${address6}]`, "100.100.100.100", "100.64.0.99", "[fd7a:115c:a1e0::99]"]) {
    const started = performance.now();
    const refused = it.machine.exec(...asAgent, ...visit(to), "--show-error");
    await expect(refused, to).rejects.toThrow(told);
    expect(performance.now() - started, to).toBeLessThan(4000);
  }
}
