import { randomBytes } from "node:crypto";
import { execa } from "execa";
import pWaitFor from "p-wait-for";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { bridgeGateway } from "../../local/platform/tailnet.ts";
import { LocalTailnet } from "../support/localTailnet.ts";
import { appName, tailnet as domain, Machine } from "../support/machine.ts";
import { paperclipImage } from "../support/paperclipImage.ts";
import type { TailnetFaults } from "../support/tailnetApi.ts";

/** The machine in a tailnet of its own, with a real control server, relay and certificate authority that can be made to fail. */
let image: string;
let tailnet: LocalTailnet;
let volume: string;
let machine: Machine;

const url = `https://${appName}.${domain}`;

beforeAll(async () => {
  image = await paperclipImage();
});

beforeEach(async () => {
  const options = { domain, certificates: true, tag: "tag:paperclip" };
  tailnet = await LocalTailnet.start({ address: await bridgeGateway(), ...options });
  volume = `image-test-volume-${randomBytes(4).toString("hex")}`;
});

afterEach(async () => {
  await machine?.remove();
  await execa("docker", ["volume", "rm", "--force", volume], { reject: false });
  await tailnet?.stop();
});

async function start(key: string): Promise<void> {
  const settings = {
    TAILSCALE_LOGIN_SERVER: tailnet.control,
    TS_DEBUG_ACME_DIRECTORY_URL: tailnet.acme,
  };
  const run = Object.entries(settings).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
  machine = await Machine.start(image, { volume, secrets: { TAILSCALE_AUTH_KEY: key }, run });
}

interface Status {
  state: string;
  name: string;
  problem: string;
  warning: string;
}

const status = async (): Promise<Status> => JSON.parse(await machine.exec("paperclip-tailnet"));

/** Waits until the machine says of its device what is expected of it. */
async function until(expected: (status: Status) => boolean): Promise<void> {
  let last: Status | undefined;
  const asExpected = async () => {
    last = await status().catch(() => undefined);
    return last !== undefined && expected(last);
  };
  await pWaitFor(asExpected, { interval: 500, timeout: 240_000 }).catch(async () => {
    throw new Error(`${JSON.stringify(last)}\n${(await machine.logs()).split("\n").slice(-30).join("\n")}`);
  });
}

const open = () => machine.logged(`tailnet: open as ${url}`);
const lines = async (pattern: RegExp) =>
  (await machine.logs()).split("\n").filter((line) => pattern.test(line));

test("a new machine on the same volume is the same device with the same certificate, and needs no key", async () => {
  const serial = () =>
    machine.exec(
      "openssl",
      "x509",
      "-noout",
      "-serial",
      "-in",
      `/paperclip/tailscale/certs/${new URL(url).host}.crt`,
    );
  const devices = async () =>
    (await tailnet.controls.state()).devices.map(({ nodeId, name }) => ({ nodeId, name }));
  const { id, key } = await tailnet.makeKey();
  await start(key);
  await open();
  const [device, certificate] = [await devices(), await serial()];
  expect(device).toHaveLength(1);

  await machine.remove();
  await tailnet.deleteKey(id);
  await start(key);
  await open();
  expect(await devices()).toEqual(device);
  expect(await serial()).toBe(certificate);
});

test("a name that another device has is a problem, and the wrong address is not served", async () => {
  await start((await tailnet.makeKey()).key);
  await open();
  await machine.remove();
  await execa("docker", ["volume", "rm", volume]);
  await start((await tailnet.makeKey()).key);
  await until(({ problem }) =>
    problem.startsWith(`the device got the name ${appName}-1.${domain} instead of ${appName}.`),
  );
  expect(
    await machine.exec("tailscale", "--socket=/run/tailscale/tailscaled.sock", "serve", "status", "--json"),
  ).toBe("{}");
});

/** What goes wrong, what the log and `ops doctor` say of it, and what is said when the machine starts with it. */
const troubles: [string, TailnetFaults, RegExp][] = [
  ["a control server that is down", { controlDown: true }, /cannot join: .*(control server|timeout)/],
  ["a key that is refused", { registerRefused: true }, /cannot join: .*registration is refused/],
  ["a first certificate that takes a minute", { acmeDelaySeconds: 60 }, /waiting for the certificate of \S+/],
  ["a certificate that is refused", { acmeRefused: true }, /no certificate yet: .*the authority refuses/],
];

describe("at the start, Paperclip and PostgreSQL run, one line says what is wrong, and it heals by itself:", () => {
  test.each(troubles)("%s", async (_, faults, reason) => {
    await tailnet.controls.faults(faults);
    await start((await tailnet.makeKey()).key);
    await machine.healthy();
    await until(({ problem }) => reason.test(problem));
    expect(await lines(reason)).toHaveLength(1);
    await machine.healthy();
    // What only takes long ends without anybody's doing.
    if (!faults.acmeDelaySeconds) await tailnet.controls.faults({});
    await open();
    expect(await status()).toMatchObject({ state: "Running", problem: "" });
  });
});

describe("while it runs, Paperclip goes on, one line says what is wrong, and it heals by itself:", () => {
  test.each<[string, TailnetFaults, RegExp]>([
    ["no relay", { derpDown: true }, /relay|DERP/i],
    ["a control server that is down", { controlDown: true }, /the control server does not see this device/],
    [
      "a clock that is ten minutes off",
      { clockOffsetSeconds: 600 },
      /clock is (9|10) minutes behind the control server's/,
    ],
  ])("%s", async (_, faults, reason) => {
    await start((await tailnet.makeKey()).key);
    await open();
    await tailnet.controls.faults(faults);
    await until(({ warning }) => reason.test(warning));
    await machine.logged(reason);
    await machine.healthy();
    await tailnet.controls.faults({});
    await until(({ problem, warning }) => problem === "" && warning === "");
    await pWaitFor(async () => (await lines(/tailnet: open as/)).length === 2, {
      interval: 200,
      timeout: 60_000,
    });
  });
});
