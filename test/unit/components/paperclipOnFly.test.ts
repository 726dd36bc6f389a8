import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, test } from "vitest";
import { printed } from "../../support/printed.ts";

interface Made {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
}
const made: Made[] = [];

/** The mocks pass secrets on in the wrapping that they have on the wire. */
function unwrap(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrap);
  if (typeof value !== "object" || value === null) return value;
  if ("4dabf18193072939515e22adb298388d" in value) return unwrap((value as { value?: unknown }).value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unwrap(inner)]));
}

await pulumi.runtime.setMocks({
  newResource({ type, name, inputs, id }) {
    made.push({ type, name, inputs: unwrap(inputs) as Made["inputs"] });
    const outputs: Record<string, object> = {
      "tailscale:index/tailnetKey:TailnetKey": { key: "tskey-auth-mock" },
      "random:index/randomPassword:RandomPassword": { result: `${name}-value` },
      "docker:index/image:Image": { repoDigest: "sha256:image-id" },
    };
    const command = type === "command:local:Command" ? { stdout: printed } : {};
    // The id is empty where no resource is imported.
    return { id: id || `${name}-id`, state: { ...inputs, ...outputs[type], ...command } };
  },
  call: () => ({}),
});

/** Everything else is left to the component's defaults. */
const args = { appName: "acme-paperclip", organization: "acme", region: "ams", tailnet: "tail1234.ts.net" };

const input = (name: string) => made.find((resource) => resource.name === name)?.inputs ?? {};
const environment = (name: string) => input(name).environment as Record<string, string>;
const staged = () => JSON.parse(input("p-secrets").stdin as string) as Record<string, string>;

/** The address of this machine's Docker, which must not get into the state that other machines share. */
const dockerHost = "unix:///home/somebody/.colima/docker.sock";

beforeAll(async () => {
  process.env.DOCKER_HOST = dockerHost;
  const { PaperclipOnFly } = await import("../../../components/paperclipOnFly.ts");
  const extraSecrets = pulumi.secret({ GITHUB_TOKEN: "ghp_x" });
  const paperclip = new PaperclipOnFly("p", {
    ...args,
    claudeToken: pulumi.secret("sk-ant-oat01-x"),
    extraSecrets,
    agents: ["claude", "codex"],
    tools: ["base", "native"],
  });
  await new Promise((resolve) => pulumi.all([paperclip.inviteUrl, paperclip.url]).apply(resolve));
});

describe("the tailnet key", () => {
  test("is reusable, pre-approved, tagged, not ephemeral, and lives 90 days", () => {
    expect(input("p-auth-key")).toMatchObject({
      reusable: true,
      preauthorized: true,
      ephemeral: false,
      tags: ["tag:paperclip"],
      expiry: 90 * 24 * 60 * 60,
      recreateIfInvalid: "always",
    });
  });
});

test("the device is checked again when the key is a new one; its command gets the key's id, not the key", () => {
  expect(environment("p-device").KEY_ID).toBe("p-auth-key-id");
});

describe("the app", () => {
  test("lies in a private network of its own", () => {
    expect(environment("p-app")).toEqual({
      APP: "acme-paperclip",
      ORGANIZATION: "acme",
      NETWORK: "paperclip-acme-paperclip",
    });
  });

  test("has its private address in that network", () => {
    expect(environment("p-private-ip")).toEqual({
      APP: "acme-paperclip",
      NETWORK: "paperclip-acme-paperclip",
    });
  });
});

describe("a former device", () => {
  test("is looked for only if the volume verb made an empty volume, which earlier versions did not report", () => {
    expect(environment("p-former-device")).toMatchObject({ EMPTY_SINCE: "" });
  });
});

describe("the app's secrets", () => {
  test("are what the machine needs, on standard input and nowhere else", () => {
    expect(staged()).toEqual({
      BETTER_AUTH_SECRET: "p-auth-secret-value",
      PAPERCLIP_AGENT_JWT_SECRET: "p-agent-secret-value",
      TAILSCALE_AUTH_KEY: "tskey-auth-mock",
      CLAUDE_CODE_OAUTH_TOKEN: "sk-ant-oat01-x",
      GITHUB_TOKEN: "ghp_x",
    });
    expect(environment("p-secrets")).toEqual({ APP: "acme-paperclip" });
  });

  test("are staged when everything else is ready for the release, because any start of the machine applies them", () => {
    const position = (name: string) => made.findIndex((resource) => resource.name === name);
    const others = ["p-volume", "p-private-ip", "p-former-device", "p-image-push"].map(position);
    expect(others).not.toContain(-1);
    expect(position("p-secrets")).toBeGreaterThan(Math.max(...others));
    expect(position("p-release")).toBeGreaterThan(position("p-secrets"));
  });

  test("include two different ones for signing", () => {
    expect(staged().BETTER_AUTH_SECRET).not.toBe(staged().PAPERCLIP_AGENT_JWT_SECRET);
  });
});

describe("the day on which the token was set", () => {
  test("is asked for once for each token; the command gets only the token's fingerprint", () => {
    expect(input("p-claude-token")).toMatchObject({
      create: "anthropic/token create",
      update: "anthropic/token update",
    });
    expect(environment("p-claude-token")).toEqual({ FINGERPRINT: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(input("p-claude-token")).not.toHaveProperty("stdin");
  });
});

describe("the image", () => {
  test("is built for Fly's machines and not pushed by the provider, which would keep the password in the state", () => {
    expect(input("p-image")).toMatchObject({
      skipPush: true,
      build: { platform: "linux/amd64", context: "docker" },
    });
    expect(input("p-image").registry).toBeUndefined();
  });

  test("carries the agents' programs that the stack wants, and Paperclip is told to offer just those", () => {
    expect(input("p-image")).toMatchObject({ build: { args: { ADAPTERS: "claude codex" } } });
    expect(environment("p-release").FLY_TOML).toContain('PAPERCLIP_AGENTS = "claude codex"');
  });

  test("carries the tools that the stack wants, and the machine is told of them, so that it says what a prebuilt image lacks", () => {
    expect(input("p-image")).toMatchObject({ build: { args: { TOOLS: "base native" } } });
    expect(environment("p-release").FLY_TOML).toContain('PAPERCLIP_TOOLS = "base native"');
  });

  test("is built by this machine's Docker, whose address is kept out of the state", () => {
    expect(input("p-image-docker")).not.toHaveProperty("host");
    expect(process.env.DOCKER_HOST).toBe(dockerHost);
  });

  test("is handed on by digest", () => {
    expect(environment("p-release").IMAGE).toBe("pushed@sha256:1");
  });
});

test("no command names a secret or a token in its environment", () => {
  const commands = made.filter(({ type }) => type === "command:local:Command");
  const variables = commands.flatMap(({ inputs }) =>
    Object.entries((inputs.environment ?? {}) as Record<string, string>),
  );
  for (const [, value] of variables)
    for (const secret of Object.values(staged())) expect(value).not.toContain(secret);
  expect(variables.map(([name]) => name)).not.toContain("FLY_API_TOKEN");
});

test("no command is given the text `undefined`, which a missing output becomes where nobody looks", () => {
  for (const { inputs } of made.filter(({ type }) => type === "command:local:Command"))
    expect(JSON.stringify(inputs)).not.toContain("undefined");
});

test("no command has triggers, which would replace what they are meant to update", () => {
  for (const { inputs } of made) expect(inputs).not.toHaveProperty("triggers");
});

test("paths in commands are relative, since a stack is used from more than one machine", () => {
  for (const { inputs } of made.filter(({ type }) => type === "command:local:Command")) {
    expect(inputs.interpreter).toEqual(["node", "components/verb.mjs"]);
    expect(inputs).not.toHaveProperty("dir");
  }
});

test("wrong arguments are reported together, each by its path", async () => {
  const { PaperclipOnFly } = await import("../../../components/paperclipOnFly.ts");
  const wrong = () => new PaperclipOnFly("w", { ...args, appName: "No!", memoryMb: 512, tailnet: "tail" });
  expect(wrong).toThrow(
    expect.objectContaining({
      errors: [
        expect.objectContaining({ propertyPath: "appName" }),
        expect.objectContaining({ propertyPath: "memoryMb" }),
        expect.objectContaining({ propertyPath: "tailnet" }),
      ],
    }),
  );
});
