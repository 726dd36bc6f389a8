import pWaitFor from "p-wait-for";
import { beforeAll, describe, expect, test } from "vitest";
import { TailscaleApi } from "../../components/tailnet/api.ts";
import { takeName } from "../../components/tailnet/takeName.ts";
import { apiKey } from "../support/localTailnet.ts";
import { appName, tailnet as domain } from "../support/machine.ts";
import { paperclipImage } from "../support/paperclipImage.ts";
import type { TailnetFaults } from "../support/tailnetApi.ts";
import { TailnetMachine } from "../support/tailnetMachine.ts";
import { TailnetNode } from "../support/tailnetNode.ts";

let image: string;

beforeAll(async () => {
  image = await paperclipImage();
});

const name = `${appName}.${domain}`;

/** The status of an address of the device's, and where it leads. The machine asks itself, as it has no resolver for the tailnet's names. */
async function redirect(it: TailnetMachine, url: string): Promise<string> {
  const address = await it.machine.exec("tailscale", "--socket=/run/tailscale/tailscaled.sock", "ip", "-4");
  const ask = ["curl", "--silent", "--output", "/dev/null", "--write-out", "%{http_code} %{redirect_url}"];
  return it.machine.exec(...ask, "--resolve", `${new URL(url).host}:80:${address}`, url);
}

test.concurrent("a new machine on the same volume is the same device with the same certificate, and needs no key", () =>
  TailnetMachine.use(image, async (it) => {
    const certificate = () => it.machine.exec("cat", `/paperclip/tailscale/certs/${name}.crt`);
    const devices = async () =>
      (await it.tailnet.controls.state()).devices.map(({ nodeId, name }) => ({ nodeId, name }));
    const { id, key } = await it.tailnet.makeKey();
    await it.start(key);
    await it.open();
    const before = [await devices(), await certificate()];
    expect(before[0]).toHaveLength(1);

    await it.tailnet.deleteKey(id);
    await it.start(key);
    await it.open();
    expect([await devices(), await certificate()]).toEqual(before);
  }));

test.concurrent("http leads to https, by the full name and by the short one, also on a device that served only https before", () =>
  TailnetMachine.use(image, async (it) => {
    await it.start((await it.tailnet.makeKey()).key);
    await it.open();
    const leads = async () => {
      for (const host of [name, appName])
        expect(await redirect(it, `http://${host}/PAP/issues?q=a%20b&c`), host).toBe(
          `307 https://${name}/PAP/issues?q=a%20b&c`,
        );
      return true;
    };
    await leads();
    // What an earlier version declares, and what somebody has put there by hand.
    const proxy = { "/": { Proxy: "http://127.0.0.1:3100" } };
    for (const TCP of [{ 443: { HTTPS: true } }, { 8443: { TCPForward: "127.0.0.1:3100" } }]) {
      await it.machine.exec(
        ...["curl", "--silent", "--fail", "--unix-socket", "/run/tailscale/tailscaled.sock"],
        ...["--data", JSON.stringify({ TCP, Web: { [`${name}:443`]: { Handlers: proxy } } })],
        "http://local-tailscaled.sock/localapi/v0/serve-config",
      );
      await pWaitFor(() => leads().catch(() => false), { interval: 200, timeout: 240_000 });
    }
  }));

test.concurrent("a device that a slow tailnet keeps waiting at a restart comes back, though its key was revoked when a new one was made", () =>
  TailnetMachine.use(image, async (it) => {
    const { id, key } = await it.tailnet.makeKey();
    await it.start(key);
    await it.open();
    await it.tailnet.deleteKey(id);
    await it.tailnet.controls.faults({ controlDown: true });
    await it.start(key);
    await it.until(({ problem }) => /^cannot (come back|join): /.test(problem));
    await it.tailnet.controls.faults({});
    await it.open();
    expect((await it.tailnet.controls.state()).devices).toHaveLength(1);
  }));

test.concurrent.each<[string, TailnetFaults]>([
  ["joins again with its key", {}],
  ["and is refused for what it remembers joins as a new one", { removedRefused: true }],
])("a device that was removed in the admin console %s", (_, faults) =>
  TailnetMachine.use(image, async (it) => {
    await it.start((await it.tailnet.makeKey()).key);
    await it.open();
    await it.tailnet.controls.faults(faults);
    await it.tailnet.removeDevice(name);
    const back = async () =>
      (await it.tailnet.controls.state()).devices.some((device) => device.name === name && device.online);
    await pWaitFor(back, { interval: 500, timeout: 180_000 });
    await it.until(({ state, problem }) => state === "Running" && problem === "");
    await it.machine.healthy();
  }),
);

test.concurrent("a device that was removed and has a dead key says what fixes it, asks for nothing more, and joins with the next key", () =>
  TailnetMachine.use(image, async (it) => {
    const { id, key } = await it.tailnet.makeKey();
    await it.start(key);
    await it.open();
    await it.tailnet.deleteKey(id);
    await it.tailnet.removeDevice(name);
    await it.until(({ problem }) =>
      /has to join the tailnet anew, and its key is refused \(.*API key does not exist\)/.test(problem),
    );
    await it.machine.logged(/is refused \(.*\) → pulumi up --refresh$/m);
    const refusals = async () => (await it.tailnet.controls.state()).refusals;
    const before = await refusals();
    expect(before).toBeGreaterThan(0);
    await it.looked();
    expect(await refusals()).toBe(before);
    await it.machine.healthy();

    await it.start((await it.tailnet.makeKey()).key);
    await it.open();
  }));

test.concurrent("settings that have changed since it joined are a device's at its next start, without its key", () =>
  TailnetMachine.use(image, async (it) => {
    const { id, key } = await it.tailnet.makeKey();
    await it.start(key);
    await it.open();
    await it.tailnet.deleteKey(id);
    await it.start(key, { TAILSCALE_SSH: "true" });
    await it.open();
    const socket = ["--unix-socket", "/run/tailscale/tailscaled.sock"];
    const prefs = ["curl", "--silent", ...socket, "http://local-tailscaled.sock/localapi/v0/prefs"];
    const runsSsh = async () => JSON.parse(await it.machine.exec(...prefs)).RunSSH as boolean;
    await pWaitFor(runsSsh, { interval: 500, timeout: 60_000 });
  }));

test.concurrent("a name that another device has is a problem, and the wrong address is not served", () =>
  TailnetMachine.use(image, async (it) => {
    const { key } = await it.tailnet.makeKey();
    await it.start(key);
    await it.open();
    await it.loseVolume();
    await it.start(key);
    const reason = `the device got the name ${appName}-1.${domain} instead of ${name}`;
    await it.until(({ problem }) => problem.startsWith(reason));
    const served = ["tailscale", "--socket=/run/tailscale/tailscaled.sock", "serve", "status", "--json"];
    expect(await it.machine.exec(...served)).toBe("{}");

    // It gets the name when it is renamed, and then needs no restart.
    await it.tailnet.removeDevice(name);
    const { url } = it.tailnet;
    const api = new TailscaleApi({ TAILSCALE_API_KEY: apiKey, TAILSCALE_BASE_URL: url });
    await takeName(api, `${appName}-1.${domain}`, name);
    await it.open();
  }));

test.concurrent("the key is in no argument, no log, and not in Paperclip's environment", () =>
  TailnetMachine.use(image, async (it) => {
    const { key } = await it.tailnet.makeKey();
    await it.start(key);
    await it.open();
    expect(await it.machine.logs()).not.toContain(key);
    expect(await it.machine.exec("ps", "-eo", "args")).not.toContain(key);
    const environments = "cat $(pgrep -u paperclip | sed 's#.*#/proc/&/environ#')";
    const paperclips = await it.machine.exec("sh", "-c", environments);
    expect(paperclips).toContain("PAPERCLIP_HOME=");
    expect(paperclips).not.toContain(key);
  }));

describe.concurrent("at the start, Paperclip and PostgreSQL run, one line says what is wrong, and it recovers on its own:", () => {
  test.concurrent.each<[string, TailnetFaults, RegExp]>([
    ["a control server that is down", { controlDown: true }, /cannot join: .*(control server|timeout)/],
    ["a key that is refused", { registerRefused: true }, /cannot join: .*registration is refused/],
    ["a certificate that is refused", { acmeRefused: true }, /no certificate yet: .*the authority refuses/],
  ])("%s", (_, faults, reason) =>
    TailnetMachine.use(image, async (it) => {
      await it.tailnet.controls.faults(faults);
      await it.start((await it.tailnet.makeKey()).key);
      await it.machine.healthy();
      await it.until(({ problem }) => reason.test(problem));
      await it.machine.logged(reason);
      expect(await it.lines(reason)).toHaveLength(1);
      await it.machine.healthy();
      await it.tailnet.controls.faults({});
      await it.open();
      expect(await it.status()).toMatchObject({ state: "Running", problem: "" });
    }),
  );
});

describe.concurrent("while it runs, Paperclip goes on, one line says what is wrong, and it recovers on its own:", () => {
  test.concurrent.each<[string, TailnetFaults, RegExp]>([
    ["no relay", { derpDown: true }, /relay|DERP/i],
    ["a control server that is down", { controlDown: true }, /the control server does not see this device/],
    [
      "a clock that is ten minutes off",
      { clockOffsetSeconds: 600 },
      /clock is (9|10) minutes behind the control server's/,
    ],
  ])("%s", (_, faults, reason) =>
    TailnetMachine.use(image, async (it) => {
      await it.start((await it.tailnet.makeKey()).key);
      await it.open();
      await it.tailnet.controls.faults(faults);
      await it.until(({ warning }) => reason.test(warning));
      await it.machine.logged(reason);
      await it.machine.healthy();
      await it.tailnet.controls.faults({});
      await it.until(({ problem, warning }) => problem === "" && warning === "");
      const saidTwice = async () => (await it.lines(/tailnet: open as/)).length === 2;
      await pWaitFor(saidTwice, { interval: 200, timeout: 60_000 });
    }),
  );
});

describe.concurrent("what only a person can change is said with what to do, Paperclip runs, and it continues on its own afterwards:", () => {
  test.concurrent("HTTPS that is off in the tailnet", () =>
    TailnetMachine.use(image, async (it) => {
      await it.tailnet.changeSettings({ httpsEnabled: false });
      await it.start((await it.tailnet.makeKey()).key);
      await it.until(({ problem, fix }) => problem.startsWith("HTTPS certificates are off") && fix !== "");
      expect((await it.status()).fix).toContain("https://login.tailscale.com/admin/dns");
      await it.machine.healthy();
      expect(await it.machine.exec("ps", "-eo", "args")).not.toMatch(/tailscale .*serve/);
      expect(await it.lines(/HTTPS certificates are off/)).toHaveLength(1);
      await it.tailnet.changeSettings({ httpsEnabled: true });
      await it.open();
    }));

  test.concurrent("network flow logs, by the setting or by turning them off", () =>
    TailnetMachine.use(image, async (it) => {
      const fix = "pulumi config set tailscaleLogs true && pulumi up";
      const refused = () =>
        it.until((status) => /network flow logs/.test(status.problem) && status.fix === fix);
      await it.tailnet.changeSettings({ networkFlowLoggingOn: true });
      const { key } = await it.tailnet.makeKey();
      await it.start(key);
      await refused();
      await it.machine.healthy();
      await it.tailnet.changeSettings({ networkFlowLoggingOn: false });
      await it.open();
      expect(await it.status()).toMatchObject({ state: "Running", problem: "", warning: "" });
      await it.tailnet.changeSettings({ networkFlowLoggingOn: true });
      await refused();
      await it.start(key, { TAILSCALE_LOGS: "true" });
      await it.open();
      expect(await it.status()).toMatchObject({ state: "Running", problem: "" });
    }));

  test.concurrent("Tailnet Lock, by the command that the machine prints", () =>
    TailnetMachine.use(image, async (it) =>
      TailnetNode.use(it.tailnet, { name: "signer" }, async (signer) => {
        const own = /tlpub:\S+/.exec(await signer.tailscale("lock", "status"))?.[0] ?? "";
        await signer.tailscale("lock", "init", "--confirm", own);
        await it.start((await it.tailnet.makeKey()).key);
        await it.until(
          ({ problem, fix }) => /Tailnet Lock keeps this device out/.test(problem) && fix !== "",
        );
        await it.machine.healthy();
        expect(await it.lines(/tailnet: open as/)).toEqual([]);
        const { fix } = await it.status();
        await signer.type(fix.replace(/^on a signing device: /, ""));
        await it.open();
        expect(
          await signer.tailscale("ping", "--c=1", "--until-direct=false", "--timeout=30s", appName),
        ).toContain("pong");
      }),
    ));

  test.concurrent("a certificate that takes long is reported as possibly over the weekly limit, until it arrives", () =>
    TailnetMachine.use(image, async (it) => {
      await it.tailnet.controls.faults({ acmeDelaySeconds: 70 });
      await it.start((await it.tailnet.makeKey()).key);
      const limits =
        /waiting for the certificate.*five certificates a week.*https:\/\/crt\.sh\/\?q=.*tailnetHttps false/;
      await it.until(({ problem }) => limits.test(problem));
      await it.machine.healthy();
      // A certificate that only takes long arrives without anybody's help.
      await it.open();
      expect(await it.status()).toMatchObject({ state: "Running", problem: "" });
    }));
});
