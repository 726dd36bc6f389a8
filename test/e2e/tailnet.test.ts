import { connect } from "node:net";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Laptop, startLaptop } from "../../local/platform/laptop.ts";
import { expectSuccess, TestStack } from "../engine/testStack.ts";
import { paperclipImage } from "../support/paperclipImage.ts";
import { TailnetControls } from "../support/tailnetApi.ts";

/** The deployed app in the local tailnet, seen from another device, in both ways to run tailscaled. */
describe.each([
  ["with a network device", { tailscaleUserspace: "false" }],
  ["in userspace", { tailscaleUserspace: "true" }],
])("tailscaled %s", (_, settings) => {
  let stack: TestStack;
  let laptop: Laptop;
  let tailnet: TailnetControls;
  let outputs: Record<string, string>;

  const device = async () => {
    const { devices } = await tailnet.state();
    return devices.filter(({ hostname }) => hostname === stack.appName);
  };
  const serial = async () => {
    const certificate = `/paperclip/tailscale/certs/${new URL(outputs.url ?? "").host}.crt`;
    return exec(`openssl x509 -noout -serial -in ${certificate}`);
  };
  const exec = async (command: string) =>
    (
      await stack.fly<{ stdout: string }>(
        "machine",
        "exec",
        outputs.machineId ?? "",
        command,
        "-a",
        stack.appName,
      )
    ).stdout;

  beforeAll(async () => {
    stack = await TestStack.create();
    tailnet = new TailnetControls(stack.env.TAILSCALE_BASE_URL ?? "");
    await stack.configure({ image: undefined, ...settings });
    expectSuccess(await stack.up());
    outputs = await stack.outputs();
    laptop = await startLaptop(stack.platformFolder, stack.platform);
  });

  afterAll(async () => {
    await laptop?.stop();
    await stack?.remove();
  });

  describe("from another device of the tailnet", () => {
    test("Paperclip answers at https://APP.TAILNET with a certificate that the authority has signed", async () => {
      const { status, body } = await laptop.get(`${outputs.url}/api/health`);
      expect(status).toBe(200);
      expect(JSON.parse(body)).toMatchObject({ status: "ok" });
    });

    test("nothing else of the machine answers, Paperclip's own port neither", async () => {
      const [address = ""] = (await device())[0]?.addresses ?? [];
      for (const port of [22, 80, 3100, 5432]) {
        const { status } = await laptop.get(`http://${address}:${port}/api/health`);
        expect(status, `port ${port}`).toBe(502);
      }
    });

    test("the device has the wanted name, is tagged and is the only one", async () => {
      expect(await device()).toMatchObject([
        { name: new URL(outputs.url ?? "").host, tags: ["tag:paperclip"], online: true },
      ]);
    });
  });

  test("outside the tailnet there is no way in but the platform's own check", async () => {
    const address = await exec("hostname -i");
    const open = (port: number) =>
      new Promise<boolean>((resolve) => {
        const socket = connect({ host: address.trim().split(" ")[0] ?? "", port, timeout: 2_000 });
        socket
          .once("connect", () => resolve(true))
          .once("error", () => resolve(false))
          .once("timeout", () => resolve(false));
      });
    expect(await open(3100)).toBe(true);
    for (const port of [80, 443, 5432]) expect(await open(port), `port ${port}`).toBe(false);
    const { exitCode } = await execa(
      "docker",
      [
        "run",
        "--rm",
        await paperclipImage(),
        "curl",
        "--max-time",
        "3",
        "-sS",
        `http://${address.trim()}:3100/`,
      ],
      { reject: false },
    );
    expect(exitCode).not.toBe(0);
  });

  test("the key is in no argument, no log and not in Paperclip's environment", async () => {
    const state = await execa("pulumi", ["stack", "export", "--show-secrets", "--stack", stack.name], {
      env: stack.env,
    });
    const key = /tskey-auth-[A-Za-z0-9-]+/.exec(state.stdout)?.[0] ?? "";
    expect(key).not.toBe("");
    const { stdout: containers } = await execa("docker", [
      "ps",
      "--quiet",
      "--filter",
      `label=paperclip.fly.app=${stack.appName}`,
    ]);
    expect((await execa("docker", ["logs", containers], { all: true })).all).not.toContain(key);
    expect(await exec("ps -eo args")).not.toContain(key);
    expect(await exec("sh -c 'cat /proc/$(pgrep -of paperclipai/server)/environ'")).not.toContain(key);
    expect(await stack.state()).not.toContain(key);
  });

  describe("the identity lasts", () => {
    test.each([
      [
        "a stop and start of the machine",
        async () => {
          await execa("flyctl", ["machine", "stop", outputs.machineId ?? "", "-a", stack.appName], {
            env: stack.env,
          });
          await stack.machineState("stopped");
          await execa("flyctl", ["machine", "start", outputs.machineId ?? "", "-a", stack.appName], {
            env: stack.env,
          });
        },
      ],
      [
        "a redeploy",
        async () => {
          await stack.configure({ memory: "1536mb" });
          expectSuccess(await stack.up());
        },
      ],
    ])("over %s: same node, name and certificate, and no key used again", async (_what, change) => {
      const [before, certificate] = [await device(), await serial()];
      await change();
      await laptop.eventually(`${outputs.url}/api/health`);
      expect((await device()).map(({ nodeId, name }) => ({ nodeId, name }))).toEqual(
        before.map(({ nodeId, name }) => ({ nodeId, name })),
      );
      expect(await serial()).toBe(certificate);
    });
  });

  test("after destroy nothing of the stack is left in the tailnet", async () => {
    expectSuccess(await stack.destroy());
    expect(await device()).toEqual([]);
    expect(
      (await tailnet.state()).keys.filter(({ description }) => description.includes(stack.appName)),
    ).toEqual([]);
  });
});
