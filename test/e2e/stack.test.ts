import { execa } from "execa";
import { type Dispatcher, request } from "undici";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PaperclipClient } from "../../local/people/paperclipClient.ts";
import { type Laptop, startLaptop } from "../../local/platform/laptop.ts";
import { expectSuccess, TestStack } from "../engine/testStack.ts";
import { doctor } from "../support/doctor.ts";

/** The real program, engine and image: what `npm run dev` does, looked at from all sides. */
let stack: TestStack;
let outputs: Record<string, string>;
let laptop: Laptop;
let wayIn: Dispatcher;
let operator: PaperclipClient;
let companyId: string;

const machine = (...words: string[]) =>
  execa("flyctl", ["machine", ...words, "-a", stack.appName], { env: stack.env });

beforeAll(async () => {
  stack = await TestStack.create("new");
  await stack.configure({ image: undefined });
  expectSuccess(await stack.up());
  outputs = await stack.outputs();
  laptop = await startLaptop(stack.platformFolder, stack.platform);
  wayIn = await laptop.dispatcher();
  operator = new PaperclipClient(outputs.url ?? "", outputs.url ?? "", { dispatcher: wayIn });
  await operator.eventually("/api/health");
});

afterAll(async () => {
  await wayIn?.close();
  await laptop?.stop();
  await stack?.remove();
});

describe("after pulumi up", () => {
  test("the platform's health check passes", async () => {
    const checks = await stack.fly<Record<string, { status: string }[]>>(
      "checks",
      "list",
      "-a",
      stack.appName,
    );
    expect(
      Object.values(checks)
        .flat()
        .map(({ status }) => status),
    ).toEqual(["passing"]);
  });

  test("doctor finds nothing wrong but that the stack has no credential for Claude", async () => {
    const wrong = (await doctor(stack)).filter((line) => line.startsWith("✗"));
    expect(wrong).toEqual([expect.stringMatching(/^✗ agents +have no credential for Claude$/)]);
  });

  test("nobody in the organization's default network reaches Paperclip by its Flycast name through the platform's proxy", async () => {
    const url = `http://127.0.0.1:${stack.platform.ports.proxy}`;
    const host = `${stack.appName}.flycast`;
    for (const name of ["localhost", new URL(outputs.url ?? "").host]) {
      for (const path of ["/", "/api/health", "/api/invites/x"]) {
        const { statusCode } = await request(`${url}${path}`, {
          headers: { host, "x-forwarded-host": name },
        });
        expect(statusCode, `${path} as ${name}`).toBe(404);
      }
    }
  });

  test("the invitation opens Paperclip's sign-up, and the operator becomes its administrator", async () => {
    const token = outputs.inviteUrl?.split("/").at(-1);
    const page = await operator.ok<string>("GET", `/invite/${token}`);
    expect(page).toContain("<title>Paperclip</title>");
    expect(await operator.ok("GET", `/api/invites/${token}`)).toMatchObject({ inviteType: "bootstrap_ceo" });
    await operator.becomeAdministrator(outputs.inviteUrl ?? "");
    ({ id: companyId } = await operator.ok<{ id: string }>("POST", "/api/companies", { name: "Acme" }));
    const secret = { name: "DEPLOY_KEY", value: "x", provider: "local_encrypted" };
    await operator.ok("POST", `/api/companies/${companyId}/secrets`, secret);
  });

  test("the image is released by its digest, and the machine runs just that", async () => {
    const [running] = await stack.fly<{ image_ref: { digest: string } }[]>(
      "machine",
      "list",
      "-a",
      stack.appName,
    );
    expect(outputs.imageDigest).toBe(
      `${stack.env.FLY_REGISTRY_HOST}/${stack.appName}@${running?.image_ref.digest}`,
    );
  });

  test("a second up builds nothing, pushes nothing and asks the platform nothing", async () => {
    const before = (await stack.requests()).length;
    await stack.flyctl.forget();
    const run = await stack.up();
    expectSuccess(run);
    expect(run.output).toMatch(/Resources:\s+\d+ unchanged/);
    expect(await stack.flyctl.calls()).toEqual([]);
    expect((await stack.requests()).length).toBe(before);
  });

  test("a preview needs neither Docker nor flyctl, and says what it cannot see", async () => {
    const nothing = { DOCKER_HOST: "unix:///nonexistent/docker.sock", PATH: await pathWithout("flyctl") };
    const run = await stack.preview({ env: { ...stack.env, ...nothing } });
    expectSuccess(run);
    expect(run.output).toContain("Docker does not answer");
    expect(run.output).toContain("flyctl is not on the PATH");
    expect(run.output).not.toMatch(/\d+ to (delete|replace)/);
  });
});

/** The PATH without the folders that contain a program. */
async function pathWithout(program: string): Promise<string> {
  const { onPath } = await import("../../local/toolchain/onPath.ts");
  const folders = (stack.env.PATH ?? "").split(":");
  const found = await Promise.all(folders.map((folder) => onPath(program, folder)));
  return folders.filter((_, index) => !found[index]).join(":");
}

describe("company, session and master key are still there", () => {
  const masterKey = () =>
    machine("exec", outputs.machineId ?? "", "sha256sum /paperclip/instances/default/secrets/master.key");

  async function expectEverything(key: string) {
    expect(await operator.ok("GET", `/api/companies/${companyId}`)).toMatchObject({ name: "Acme" });
    expect(await operator.ok("GET", `/api/companies/${companyId}/secrets`)).toMatchObject([
      { name: "DEPLOY_KEY" },
    ]);
    expect((await masterKey()).stdout).toBe(key);
  }

  test("after the machine was stopped and started", async () => {
    const key = (await masterKey()).stdout;
    await machine("stop", outputs.machineId ?? "");
    await stack.machineState("stopped");
    await machine("start", outputs.machineId ?? "");
    await operator.eventually("/api/health");
    await expectEverything(key);
  });

  test("after a redeploy with more memory", async () => {
    const key = (await masterKey()).stdout;
    await stack.configure({ memory: "1536mb" });
    expectSuccess(await stack.up());
    await expectEverything(key);
  });
});

describe("after pulumi destroy", () => {
  test("no container, volume, network, app or key is left", async () => {
    const label = '{{index .Config.Labels "paperclip.fly.instance"}}';
    const { stdout: ids } = await execa("docker", [
      "ps",
      "--quiet",
      "--filter",
      `label=paperclip.fly.app=${stack.appName}`,
    ]);
    const { stdout: instance } = await execa("docker", ["inspect", "--format", label, ids]);
    const made = async () => {
      const filter = ["--quiet", "--filter", `label=paperclip.fly.instance=${instance}`];
      const lists = [
        ["ps", "--all"],
        ["volume", "ls"],
        ["network", "ls"],
      ];
      const answers = await Promise.all(lists.map((list) => execa("docker", [...list, ...filter])));
      return answers.map(({ stdout }) => stdout);
    };
    expect((await made())[0]).not.toBe("");
    expectSuccess(await stack.destroy());
    expect(await made()).toEqual(["", "", ""]);
    expect(await stack.fly("apps", "list", "-o", "personal")).toEqual([]);
  });
});
