import { connect } from "node:net";
import { execa } from "execa";
import pWaitFor from "p-wait-for";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Laptop, startLaptop } from "../../local/platform/laptop.ts";
import { expectSuccess, TestStack } from "../engine/testStack.ts";
import { Person } from "../support/browser.ts";
import { doctor } from "../support/doctor.ts";
import { TailnetControls } from "../support/tailnetApi.ts";

/** The deployed app in the local tailnet, seen from another device, with tailscaled run in both ways. */
let stack: TestStack;
let laptop: Laptop;
let tailnet: TailnetControls;
let outputs: Record<string, string>;

const health = () => `${outputs.url}/api/health`;
const device = async () =>
  (await tailnet.state()).devices.filter(({ hostname }) => hostname === stack.appName);
const exec = async (command: string) => {
  const args = ["machine", "exec", outputs.machineId ?? "", command, "-a", stack.appName];
  return (await stack.fly<{ stdout: string }>(...args)).stdout;
};

beforeAll(async () => {
  stack = await TestStack.create("new");
  tailnet = new TailnetControls(stack.env.TAILSCALE_BASE_URL ?? "");
  await stack.configure({ image: undefined });
  expectSuccess(await stack.up());
  outputs = await stack.outputs();
  laptop = await startLaptop(stack.platformFolder, stack.platform);
});

afterAll(async () => {
  await laptop?.stop();
  await stack?.remove();
});

/** True for both ways to run tailscaled. */
function isPrivateAndServed(): void {
  test("another device gets Paperclip at https://APP.TAILNET, with a certificate that the authority has signed", async () => {
    const { status, body } = await laptop.get(health());
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ status: "ok" });
  });

  test("http://APP.TAILNET and http://APP lead another device there, to the page that it asked for", async () => {
    const { host, origin } = new URL(outputs.url ?? "");
    for (const typed of [host, stack.appName]) {
      const { status, location } = await laptop.get(`http://${typed}/PAP/issues?q=a%20b&c`);
      expect({ status, location }, typed).toEqual({
        status: 307,
        location: `${origin}/PAP/issues?q=a%20b&c`,
      });
    }
  });

  test("another device gets no answer from anything else in the machine, not even from Paperclip's own port", async () => {
    const [address = ""] = (await device())[0]?.addresses ?? [];
    for (const port of [22, 3100, 5432]) {
      const { status } = await laptop.get(`http://${address}:${port}/api/health`);
      expect(status, `port ${port}`).toBe(502);
    }
    // Only the two names lead on.
    expect((await laptop.get(`http://${address}/api/health`)).status).toBe(404);
  });

  test("outside the tailnet there is no way in but the platform's own check", async () => {
    const address = await machineAddress();
    expect(await opens(address, 3100)).toBe(true);
    for (const port of [80, 443, 5432]) expect(await opens(address, port), `port ${port}`).toBe(false);
    const ask = ["curl", "--max-time", "3", "--silent", "--show-error", `http://${address}:3100/`];
    const elsewhere = await execa("docker", ["run", "--rm", outputs.imageDigest ?? "", ...ask], {
      reject: false,
    });
    expect(elsewhere.stderr).toMatch(/timed out|Failed to connect/i);
  });

  test("the device has the wanted name, is tagged and is the only one", async () => {
    const wanted = { name: new URL(outputs.url ?? "").host, tags: ["tag:paperclip"], online: true };
    expect(await device()).toMatchObject([wanted]);
  });
}

/** The machine's address in the private network. This host is that network's router. */
async function machineAddress(): Promise<string> {
  const filter = `label=paperclip.fly.app=${stack.appName}`;
  const { stdout: id } = await execa("docker", ["ps", "--quiet", "--filter", filter]);
  const format = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
  return (await execa("docker", ["inspect", "--format", format, id])).stdout;
}

const opens = (host: string, port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect({ host, port, timeout: 2_000 });
    const answer = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once("connect", () => answer(true));
    socket.once("error", () => answer(false)).once("timeout", () => answer(false));
  });

describe("tailscaled with a network device:", isPrivateAndServed);

test("a person's browser trusts the certificate, opens the invitation, signs up, and gets live events", async () => {
  const person = await Person.at(laptop, stack.platform.tailnet.caFile);
  try {
    const { page } = person;
    await person.open(outputs.inviteUrl ?? "", page.getByRole("textbox", { name: "Name" }));
    await page.getByRole("textbox", { name: "Name" }).fill("Operator");
    await page.getByRole("textbox", { name: "Email" }).fill("operator@example.test");
    await page.getByRole("textbox", { name: "Password" }).fill("correct horse battery staple");
    await page.getByRole("button", { name: "Create account and continue" }).click();
    await page.waitForURL((url) => !url.pathname.startsWith("/invite/"));
    const company = await person.api<{ issuePrefix: string }>("POST", "/api/companies", { name: "Acme" });
    const events = page.waitForEvent("websocket", (socket) => socket.url().endsWith("/events/ws"));
    await person.open(`${outputs.url}/${company.issuePrefix}/dashboard`, page.getByText("Acme"));
    expect((await events).url()).toMatch(/^wss:/);
    await person.screenshot("dashboard");
  } finally {
    await person.close();
  }
});

test("a forgotten password is set anew on the page of a link that the machine prints, and signs in", async () => {
  const person = await Person.at(laptop, stack.platform.tailnet.caFile);
  try {
    const { page } = person;
    const link = (await exec("paperclip-password")).trim();
    const password = page.getByLabel("New password");
    await person.open(link, password);
    const set = async (first: string, second: string) => {
      await password.fill(first);
      await page.getByLabel("The same again").fill(second);
      await page.getByRole("button", { name: "Set the password" }).click();
    };
    const told = (text: RegExp) => page.getByRole("alert").filter({ hasText: text }).waitFor();
    await set("remembered for good", "remembered for god");
    await told(/two passwords differ/);
    await set("short", "short");
    await told(/too short: 8 characters/);
    await person.screenshot("new-password");
    await set("remembered for good", "remembered for good");
    await page.getByText("The password is set").waitFor();
    await person.open(link, page.getByText("has been used"));
    await page.getByRole("link", { name: "Sign in" }).click();
    await page.getByRole("textbox", { name: "Email" }).fill("operator@example.test");
    await page.getByRole("textbox", { name: "Password" }).fill("remembered for good");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL((url) => url.pathname !== "/auth");
    expect(await person.api("GET", "/api/auth/get-session")).toMatchObject({
      user: { email: "operator@example.test" },
    });
  } finally {
    await person.close();
  }
});

test("Paperclip's command line works in the machine, with its server and its database", async () => {
  expect(await exec("paperclipai health")).toContain("ok");
  expect(await exec("paperclipai auth bootstrap-ceo")).toContain("already has an admin");
});

describe("node, name and certificate stay the same, and no key is used again,", () => {
  const identity = async () => {
    const certificate = `cat /paperclip/tailscale/certs/${new URL(outputs.url ?? "").host}.crt`;
    const devices = (await device()).map(({ nodeId, name }) => ({ nodeId, name }));
    return [devices, await exec(certificate)];
  };

  test("over a stop and a start of the machine", async () => {
    const before = await identity();
    const machine = async (verb: string) =>
      execa("flyctl", ["machine", verb, outputs.machineId ?? "", "-a", stack.appName], { env: stack.env });
    await machine("stop");
    await stack.machineState("stopped");
    await machine("start");
    await laptop.eventually(health());
    expect(await identity()).toEqual(before);
  });

  test("over a redeploy that runs tailscaled in userspace", async () => {
    const before = await identity();
    await stack.configure({ tailscaleUserspace: "true" });
    expectSuccess(await stack.up());
    await laptop.eventually(health());
    expect(await identity()).toEqual(before);
  });
});

describe("tailscaled in userspace:", isPrivateAndServed);

test("ops doctor says that the device is open, what is wrong while it is not, and that it is open again", async () => {
  const says = (line: RegExp) =>
    pWaitFor(async () => (await doctor(stack)).some((said) => line.test(said)), {
      interval: 1_000,
      timeout: 240_000,
    });
  const open = new RegExp(`✓ tailnet +open as ${outputs.url}`);
  await says(open);
  // A device counts as connected if it has opened a page within the last minute.
  await laptop.get(health());
  await says(/✓ connection +laptop (direct|relay \S+)/);
  await tailnet.faults({ controlDown: true });
  await says(/✗ tailnet +the control server does not see this device/);
  await tailnet.faults({});
  await says(open);
});

test("after destroy nothing of the stack is left in the tailnet", async () => {
  expectSuccess(await stack.destroy());
  expect(await device()).toEqual([]);
  expect(
    (await tailnet.state()).keys.filter(({ description }) => description.includes(stack.appName)),
  ).toEqual([]);
});
