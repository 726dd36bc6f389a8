// The Tailscale provider that is first on PATH, real or stand-in, works on the local tailnet.
import { afterAll, beforeAll, expect, test } from "vitest";
import { apiKey, LocalTailnet, oauthClient } from "../../support/localTailnet.ts";
import { type Engine, startEngine } from "../providers/engine.ts";
import type { JsonObject } from "../providers/messages.ts";
import { Plugin } from "../providers/plugin.ts";
import { configure, propertiesOf, ResourceCalls, secret } from "../providers/requests.ts";

const type = "tailscale:index/tailnetKey:TailnetKey";
const credentials = {
  "an API key": { TAILSCALE_API_KEY: apiKey },
  "an OAuth client": {
    TAILSCALE_OAUTH_CLIENT_ID: oauthClient.id,
    TAILSCALE_OAUTH_CLIENT_SECRET: oauthClient.secret,
  },
};
const inputs = {
  reusable: true,
  preauthorized: true,
  expiry: 3600,
  description: "contract",
  tags: ["tag:a"],
};

let tailnet: LocalTailnet;
let engine: Engine;
const plugins: Plugin[] = [];

beforeAll(async () => {
  [tailnet, engine] = await Promise.all([LocalTailnet.start(), startEngine()]);
});

afterAll(async () => {
  for (const plugin of plugins) await plugin.stop();
  engine?.stop();
  await tailnet?.stop();
});

async function provider(as: keyof typeof credentials): Promise<Plugin> {
  const env = {
    TAILSCALE_TAILNET: undefined,
    TAILSCALE_API_KEY: undefined,
    TAILSCALE_OAUTH_CLIENT_ID: undefined,
    TAILSCALE_OAUTH_CLIENT_SECRET: undefined,
    TAILSCALE_BASE_URL: tailnet.url,
    ...credentials[as],
  };
  const plugin = await Plugin.start("tailscale", { engineAddress: engine.address, cwd: process.cwd(), env });
  plugins.push(plugin);
  const { errors } = await configure(plugin);
  expect(errors).toBeUndefined();
  return plugin;
}

test.each(["an API key", "an OAuth client"] as const)("%s makes, reads and deletes a key", async (as) => {
  const key = new ResourceCalls(await provider(as), type, "key");
  const made = propertiesOf(await key.create(inputs));
  expect(made).toMatchObject({ ...inputs, ephemeral: false, invalid: false });
  expect(await tailnet.keys()).toEqual([expect.objectContaining({ id: made.id, description: "contract" })]);

  const read = async () => (await key.read(String(made.id), made, inputs)).response as JsonObject;
  expect(await read()).toMatchObject({ id: made.id, properties: { ...made, invalid: false } });
  expect(made.key).toEqual(secret(expect.stringMatching(`^tskey-auth-${made.id}-`) as unknown as string));

  expect((await key.delete(made)).errors).toBeUndefined();
  expect(await tailnet.keys()).toEqual([]);
  expect((await key.delete(made)).errors).toBeUndefined();
});

test("a key that somebody deleted is invalid after a refresh", async () => {
  const key = new ResourceCalls(await provider("an API key"), type, "key");
  const made = propertiesOf(await key.create(inputs));
  await tailnet.deleteKey(String(made.id));
  const { response } = await key.read(String(made.id), made, inputs);
  expect(response).toMatchObject({ id: made.id, properties: { invalid: true, key: made.key } });
});

test("an OAuth client gets the API's own words for tags that are not its own", async () => {
  const key = new ResourceCalls(await provider("an OAuth client"), type, "key");
  const { errors } = await key.create({ ...inputs, tags: ["tag:b"] });
  expect(errors?.join()).toContain("requested tags [tag:b] are invalid or not permitted (400)");
});
