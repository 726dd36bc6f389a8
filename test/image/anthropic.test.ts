import { readFile } from "node:fs/promises";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Anthropic, anthropicName, startAnthropic } from "../../local/anthropic/anthropic.ts";
import type { LocalInternet } from "../../local/internet/internet.ts";
import { bridgeGateway } from "../../local/platform/tailnet.ts";
import { anthropicKey } from "../support/credentials.ts";
import { internetOfTest } from "../support/internet.ts";
import { paperclipImage } from "../support/paperclipImage.ts";
import { Workplace } from "../support/workplace.ts";

/** How the machine's programs find Anthropic, and whom they take for it. */
let image: string;
let work: Workplace;

const scripts = join(import.meta.dirname, "../../local/anthropic/scripts");
const key = anthropicKey("image-test");
const credentials = [{ name: "key", kind: "api-key" as const, value: key }];

beforeAll(async () => {
  image = await paperclipImage();
  work = await Workplace.start(image);
  work.anthropic.setCredentials(credentials);
});

afterAll(() => work?.stop());

/** What Paperclip's page asks of the server when a person connects an account with a key of their own. */
const connect = (apiKey: string) =>
  work.operator.call<{ error?: string }>("POST", `/api/companies/${work.companyId}/ai-connections`, {
    provider: "anthropic",
    method: "api_key",
    name: "My own",
    ownership: "shared",
    agentIds: [],
    allAgents: true,
    apiKey,
  });

/** Runs a program with the Node.js and the flags that the server runs with. */
async function asServer(program: string): Promise<string> {
  const server = (await work.machine.exec("pgrep", "--full", "^node .*@paperclipai/server")).split("\n")[0];
  const words = (await work.machine.exec("cat", `/proc/${server}/cmdline`)).split("\0");
  return work.machine.exec(...words.filter((word) => /^(node$|--)/.test(word)), "--eval", program);
}

describe("at its own name, which nothing in the machine's environment repeats,", () => {
  test("curl, Node.js as the server runs it, and the server itself find Anthropic", async () => {
    const url = `https://${anthropicName}/api/hello`;
    expect(await work.machine.exec("curl", "--silent", "--fail", url)).toBe('{"message":"hello"}');
    expect(await asServer(`fetch("${url}").then((answer) => answer.text()).then(console.log)`)).toBe(
      '{"message":"hello"}',
    );
    expect((await connect(key)).status).toBe(201);
    expect(await connect("sk-ant-api03-other")).toMatchObject({
      status: 422,
      body: { error: "The provider rejected this API key." },
    });
    expect(
      await work.machine.exec("bash", "-c", "env; cat /proc/*/environ 2>/dev/null | tr '\\0' '\\n'"),
    ).not.toContain("ANTHROPIC_BASE_URL");
  });

  test("every authority that Debian trusts is found the way the server looks for it", async () => {
    const script = `cd $(mktemp -d) && csplit --quiet --elide-empty-files /etc/ssl/certs/ca-certificates.crt '/BEGIN CERT/' '{*}' &&
      openssl verify -no_check_time -no-CAfile -no-CAstore -CApath /etc/ssl/certs xx* | grep --count ': OK$'; ls xx* | wc -l`;
    const [found, all] = (await work.machine.exec("bash", "-c", script)).split("\n").map(Number);
    expect(found).toBe(all);
    expect(all).toBeGreaterThan(100);
  });
});

describe("whoever answers in Anthropic's place with a certificate of an authority that nobody knows", () => {
  let other: LocalInternet;
  let stop: () => Promise<void>;
  let asked = 0;

  beforeAll(async () => {
    await work.anthropic.stop();
    other = await internetOfTest(image);
    const server = createServer(await other.certificate(anthropicName), (_request, response) => {
      asked += 1;
      response.end("{}");
    });
    const ended = await work.internet.answer(anthropicName, async (host, port) => {
      await new Promise<void>((resolve) => server.listen(port, host, resolve));
      return (server.address() as AddressInfo).port;
    });
    stop = async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await ended();
    };
  });

  afterAll(async () => {
    await stop?.();
    await other?.remove();
  });

  test("gets no key", async () => {
    const error = "Could not verify the account. Try again.";
    expect(await connect(key)).toMatchObject({ status: 422, body: { error } });
    const url = `https://${anthropicName}/`;
    await expect(work.machine.exec("curl", "--silent", url)).rejects.toThrow();
    expect(await asServer(`fetch("${url}").catch(({ cause }) => console.log(cause.code))`)).toMatch(
      /CERT|VERIFY/,
    );
    expect(asked).toBe(0);
  });

  test("is trusted by all of them once an operator has added that authority to the system's", async () => {
    await work.put("/usr/local/share/ca-certificates/operator.crt", await readFile(other.caFile, "utf8"));
    await work.machine.exec("update-ca-certificates");
    expect((await connect(key)).status).toBe(201);
    expect(await work.machine.exec("curl", "--silent", `https://${anthropicName}/`)).toBe("{}");
    expect(asked).toBe(2);
  });
});

describe("with ANTHROPIC_BASE_URL, a gateway in the operator's private network,", () => {
  let gateway: Anthropic;
  let behind: Workplace;

  beforeAll(async () => {
    gateway = await startAnthropic({ host: await bridgeGateway(), scripts, credentials });
    const secrets = { ANTHROPIC_BASE_URL: gateway.url, ANTHROPIC_API_KEY: key };
    behind = await Workplace.start(image, { secrets });
  });

  afterAll(async () => {
    await behind?.stop();
    await gateway?.stop();
  });

  test("agents, the server and doctor ask there and nowhere else", async () => {
    const task = await behind.give(await behind.hire("Clippy", {}), "Count the words of our motto");
    await behind.done(task);
    const models = `/api/companies/${behind.companyId}/adapters/claude_local/models`;
    expect(await behind.operator.ok("GET", models)).toContainEqual({
      id: "claude-opus-5",
      label: "Claude Opus 5",
    });
    await behind.machine.exec("paperclip-model");
    const paths = gateway.requests().map(({ method, path }) => `${method} ${path}`);
    expect(paths).toEqual(expect.arrayContaining(["POST /v1/messages", "GET /v1/models"]));
    expect(gateway.requests().flatMap(({ problem }) => problem ?? [])).toEqual([]);
    // Claude Code asks the real one for what it offers, as it does anywhere. No conversation goes there.
    expect(behind.anthropic.requests().filter(({ path }) => path.startsWith("/v1/"))).toEqual([]);
  });
});
