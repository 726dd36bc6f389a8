import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { deployOptions, firstDeploy, machine, startSandbox } from "./running.ts";

const files = { "fly.toml": 'app = "demo"\nprimary_region = "sjc"\n' };
const ofMachine = "/v1/apps/demo/machines/machine1";

/** Runs flyctl until it waits for an answer that never comes, and then sends it a signal. */
async function interrupted(
  argv: string[],
  awaited: string,
  answers: Record<string, unknown>,
  signal: NodeJS.Signals,
) {
  let interrupt = () => {};
  const waiting = () => {
    interrupt();
    return "never";
  };
  const { server, sandbox } = await startSandbox({ ...answers, [awaited]: waiting }, { files });
  const env = sandbox.environment(server.environment);
  const flyctl = execa("flyctl", argv, {
    cwd: sandbox.workingDirectory,
    env,
    extendEnv: false,
    reject: false,
    stdin: "ignore",
  });
  interrupt = () => flyctl.kill(signal);
  const { exitCode, stderr } = await flyctl;
  const requests = server.requests.filter(({ via }) => via === "api");
  const after = requests.slice(
    requests.findIndex(({ method, url }) => `${method} ${url}`.startsWith(awaited)) + 1,
  );
  return { exitCode, stderr, after };
}

describe.each(["SIGINT", "SIGTERM"] as const)("%s", (signal) => {
  test("ends a first deploy with 127, its release interrupted, and the new machine's lease held", async () => {
    const argv = ["deploy", ...deployOptions];
    const awaited = `GET ${ofMachine}/wait`;
    const { exitCode, stderr, after } = await interrupted(argv, awaited, firstDeploy({}), signal);
    expect(exitCode).toBe(127);
    expect(stderr).not.toContain("Error:");
    const patches = after.filter(({ method }) => method === "PATCH");
    expect(patches.map(({ body }) => (body as { status: string }).status)).toEqual(["interrupted"]);
    expect(after.filter(({ method }) => method === "DELETE")).toEqual([]);
  });

  test("ends a restart with 127, and gives the machine's lease back", async () => {
    const answers = {
      [`GET ${ofMachine}`]: machine,
      [`POST ${ofMachine}/lease`]: { status: "success", data: { nonce: "nonce1", version: "01" } },
      [`DELETE ${ofMachine}/lease`]: { ok: true },
    };
    const argv = ["machine", "restart", "machine1"];
    const { exitCode, after } = await interrupted(argv, `POST ${ofMachine}/restart`, answers, signal);
    expect(exitCode).toBe(127);
    expect(after.map(({ method, url, leaseNonce }) => [method, url, leaseNonce])).toEqual([
      ["DELETE", `${ofMachine}/lease`, "nonce1"],
    ]);
  });
});
