import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectSuccess, type Run, root, TestStack } from "../engine/testStack.ts";
import { FlyTokens } from "../support/flyTokens.ts";

/**
 * The table of docs/rights.md, row by row in its order. Each operation runs once with exactly the rights that the row names, and once with
 * one right less. A refusal says which right is missing, and changes nothing.
 */
type Rights = Record<string, string | undefined>;

interface Operation {
  /** Changes something first, so that the operation has something to do. */
  before?: () => Promise<unknown>;
  run(rights: Rights): Promise<Run>;
  /** The same operation with one right less, and what the refusal has to say. */
  less: { [title: string]: { rights: () => Promise<Rights>; says: RegExp } };
}

let stack: TestStack;
let tokens: FlyTokens;
let rows: Map<string, { fly: string; tailscale: string }>;

beforeAll(async () => {
  stack = await TestStack.create();
  tokens = new FlyTokens(stack.env.FLY_API_BASE_URL ?? "");
  rows = await table();
});

afterAll(() => stack?.remove());

/** The rows of the table, by operation. */
async function table() {
  const text = await readFile(join(root, "docs/rights.md"), "utf8");
  const cells = text
    .split("\n")
    .map((line) => line.split("|").map((cell) => cell.trim().replaceAll("`", "")));
  const head = cells.findIndex(([, first]) => first === "operation");
  const body = cells.slice(
    head + 2,
    cells.findIndex((row, index) => index > head && row.length === 1),
  );
  return new Map(body.map(([, operation = "", fly = "", tailscale = ""]) => [operation, { fly, tailscale }]));
}

/** None of the operator's own credentials. */
const nothing: Rights = {
  FLY_API_TOKEN: undefined,
  FLY_ACCESS_TOKEN: undefined,
  TAILSCALE_API_KEY: undefined,
};

/** A credential that is set but worthless, for operations that only check that there is one. */
const noTailnet = { TAILSCALE_OAUTH_CLIENT_ID: "none", TAILSCALE_OAUTH_CLIENT_SECRET: "none" };

const app = () => ({ app: stack.appName });
const doctorCommands = [
  "curl --silent --max-time 5 --header Host:localhost http://127.0.0.1:3100/api/health",
  "paperclip-tailnet",
  "paperclip-model",
  "paperclip-cpu",
  "paperclip-kernel",
];

/** The credentials that a row of the table stands for. */
async function rightsOf({ fly, tailscale }: { fly: string; tailscale: string }): Promise<Rights> {
  const { whole, withoutDevices } = stack.platform.oauthClients;
  const tailscaleRights: Record<string, Rights> = {
    none: noTailnet,
    auth_keys: { ...withoutDevices },
    "auth_keys, devices:core": { ...whole },
  };
  const flyRights: Record<string, () => Promise<string | undefined>> = {
    none: async () => undefined,
    org: () => tokens.make("org"),
    deploy: () => tokens.make("deploy", app()),
    "machine-exec": () => tokens.make("machine-exec", { ...app(), commands: doctorCommands }),
  };
  return { ...tailscaleRights[tailscale], FLY_API_TOKEN: await flyRights[fly]?.() };
}

const env = (rights: Rights) => ({
  env: { ...stack.env, ...nothing, ...rights } as Record<string, string>,
});

const up =
  (...words: string[]) =>
  (rights: Rights) =>
    stack.up(env(rights), ...words);

async function doctor(rights: Rights): Promise<Run> {
  const args = ["ops/main.ts", "doctor", "--stack", stack.name];
  const { exitCode, all } = await execa("node", args, {
    cwd: root,
    all: true,
    reject: false,
    ...env(rights),
  });
  return { exitCode, output: all };
}

/** The row's rights, with another Fly.io token. */
const withToken = (make: () => Promise<string>, tailscale: "whole" | "none" = "none") => {
  const tailnet = () => (tailscale === "whole" ? stack.platform.oauthClients.whole : noTailnet);
  return async () => ({ ...tailnet(), FLY_API_TOKEN: await make() });
};

const operations: Record<string, Operation> = {
  "pulumi preview": { run: (rights) => stack.preview(env(rights)), less: {} },

  "first pulumi up": {
    run: up(),
    less: {
      // In this order, because a tailnet credential's missing scope shows before anything is made.
      "an OAuth client without auth_keys": {
        rights: async () => ({
          ...stack.platform.oauthClients.withoutKeys,
          FLY_API_TOKEN: await tokens.make("org"),
        }),
        says: /cannot make keys for tag:paperclip[\s\S]*needs the scope auth_keys/,
      },
      "an OAuth client without devices:core": {
        rights: async () => ({
          ...stack.platform.oauthClients.withoutDevices,
          FLY_API_TOKEN: await tokens.make("org"),
        }),
        says: /lacks the scope devices:core[\s\S]*admin\/settings\/oauth/,
      },
      "a token that only reads the organization": {
        rights: withToken(() => tokens.make("readonly"), "whole"),
        says: /apps create: unauthorized[\s\S]*flyctl tokens create org --org personal --expiry 24h/,
      },
      "a token of one app": {
        rights: withToken(() => tokens.make("deploy", app()), "whole"),
        says: /You must be authenticated to view this[\s\S]*flyctl tokens create org --org personal --expiry 24h/,
      },
    },
  },

  "later pulumi up": {
    before: () => stack.configure({ memory: "1536mb" }),
    run: up(),
    less: {
      "a token that only looks at the app and runs commands in it": {
        rights: withToken(() => tokens.make("machine-exec", app())),
        says: /unauthorized[\s\S]*flyctl tokens create deploy --app paperclip-\S+ --expiry 720h/,
      },
      "a deploy token of another app": {
        rights: withToken(() => tokens.make("deploy", { app: "taken-by-somebody-else" })),
        says: /unauthorized[\s\S]*flyctl tokens create deploy --app paperclip-\S+ --expiry 720h/,
      },
      "a deploy token that has expired": {
        rights: withToken(() => tokens.make("deploy", { ...app(), expiresAt: "2026-01-01T00:00:00Z" })),
        says: /has expired[\s\S]*flyctl tokens create deploy --app paperclip-\S+ --expiry 720h/,
      },
    },
  },

  "pulumi up --refresh after the tailnet key was revoked": {
    before: revokeKey,
    run: up("--refresh"),
    less: {
      "an OAuth client without auth_keys": {
        rights: async () => ({
          ...stack.platform.oauthClients.withoutKeys,
          FLY_API_TOKEN: await tokens.make("deploy", app()),
        }),
        // The provider passes on Tailscale's own words.
        says: /does not have enough permissions/,
      },
    },
  },

  "npm run doctor": {
    run: doctor,
    less: {
      "a token that only reads": {
        rights: withToken(() => tokens.make("readonly")),
        says: /is started[\s\S]*no right to look into the machine[\s\S]*flyctl tokens create machine-exec --app paperclip-\S+ --expiry 24h --command 'curl/,
      },
      "a token for one command less": {
        rights: withToken(() =>
          tokens.make("machine-exec", { ...app(), commands: doctorCommands.slice(0, -1) }),
        ),
        says: /--command 'paperclip-kernel'/,
      },
    },
  },

  "pulumi destroy": {
    run: (rights) => stack.destroy(env(rights)),
    less: {
      "a token that only reads": {
        rights: withToken(() => tokens.make("readonly"), "whole"),
        says: /apps destroy: unauthorized[\s\S]*flyctl tokens create deploy --app paperclip-\S+ --expiry 720h/,
      },
      "a deploy token of another app, which does not see this one": {
        rights: withToken(() => tokens.make("deploy", { app: "taken-by-somebody-else" }), "whole"),
        says: /unauthorized[\s\S]*flyctl tokens create deploy --app paperclip-\S+ --expiry 720h/,
      },
    },
  },
};

async function revokeKey() {
  const headers = { authorization: `Bearer ${stack.env.TAILSCALE_API_KEY}` };
  const url = `${stack.env.TAILSCALE_BASE_URL}/api/v2/tailnet/-/keys?all=true`;
  const { keys } = (await (await fetch(url, { headers })).json()) as { keys: { id: string }[] };
  expect(keys).toHaveLength(1);
  const [path] = url.split("?");
  for (const { id } of keys) await fetch(`${path}/${id}`, { method: "DELETE", headers });
}

/** The apps and their releases, as their owner sees them. */
const apps = () => stack.fly<object[]>("apps", "list", "-o", "personal");

test("the table has exactly the operations that are tried here", () => {
  expect([...rows.keys()]).toEqual(Object.keys(operations));
});

describe.each(Object.entries(operations))("%s", (name, { before, run, less }) => {
  beforeAll(async () => {
    await before?.();
  });

  const refusals = Object.entries(less);
  if (refusals.length > 0) {
    test.each(refusals)("is refused to %s, and changes nothing", async (_, { rights, says }) => {
      const before = await apps();
      const { exitCode, output } = await run(await rights());
      expect(exitCode).not.toBe(0);
      expect(output).toMatch(says);
      expect(await apps()).toEqual(before);
    });
  }

  test("works with the rights of the table", async () => {
    expectSuccess(await run(await rightsOf(rows.get(name) ?? { fly: "", tailscale: "" })));
  });
});

test("nothing is left at the end", async () => {
  expect(await apps()).toEqual([]);
});
