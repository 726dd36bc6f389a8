import { afterAll, beforeAll, expect, test } from "vitest";
import { type Engine, startEngine } from "./engine.ts";
import { Plugin } from "./plugin.ts";
import { configure, propertiesOf, ResourceCalls, secret, unknown } from "./requests.ts";

let engine: Engine;
let plugin: Plugin;
let bytes: ResourceCalls;

beforeAll(async () => {
  engine = await startEngine();
  plugin = await Plugin.start("random", { engineAddress: engine.address, cwd: process.cwd() });
  await configure(plugin);
  bytes = new ResourceCalls(plugin, "random:index/randomBytes:RandomBytes", "bytes");
});

afterAll(async () => {
  await plugin.stop();
  engine.stop();
});

test("as many bytes as asked for, others each time, and secret", async () => {
  const made = propertiesOf(await bytes.create({ length: 32 }));
  const { value: hex } = made.hex as { value: string };
  expect(Buffer.from(hex, "hex")).toHaveLength(32);
  expect(made.hex).toEqual(secret(hex));
  expect(made.base64).toEqual(secret(Buffer.from(hex, "hex").toString("base64")));
  expect(propertiesOf(await bytes.create({ length: 32 })).hex).not.toEqual(made.hex);
});

test("a preview knows the inputs and nothing of the bytes", async () => {
  const made = propertiesOf(await bytes.create({ length: 8, keepers: { a: unknown } }, { preview: true }));
  expect(made).toEqual({ length: 8, keepers: { a: unknown }, hex: unknown, base64: unknown });
});

const state = { length: 4, keepers: { a: "1" }, hex: "01020304", base64: "AQIDBA==" };

test.each([
  ["nothing", { length: 4, keepers: { a: "1" } }, undefined],
  ["the length", { length: 5, keepers: { a: "1" } }, ["length"]],
  ["a keeper", { length: 4, keepers: { a: "2" } }, ["keepers"]],
  ["a keeper that is not known yet", { length: 4, keepers: { a: unknown } }, ["keepers"]],
  ["no keepers any more", { length: 4 }, ["keepers"]],
])("bytes are made anew when this has changed: %s", async (_what, news, replaces) => {
  const { response } = await bytes.diff(state, {}, news);
  expect(response?.replaces).toEqual(replaces);
});

test("bytes are imported by their base64 and stay as they are on refresh", async () => {
  const { response } = await bytes.read("AQIDBA==");
  expect(response).toMatchObject({
    id: "AQIDBA==",
    inputs: { length: 4 },
    properties: { hex: secret("01020304") },
  });
  const refreshed = await bytes.read("AQIDBA==", state, { length: 4, keepers: { a: "1" } });
  expect(refreshed.response).toMatchObject({
    inputs: { length: 4, keepers: { a: "1" } },
    properties: { length: 4 },
  });
});

test("what is not base64 is not imported", async () => {
  expect((await bytes.read("!!")).errors?.[0]).toContain("illegal base64 data at input byte 0");
});

test.each([
  [{}, "Missing required property 'length'"],
  [{ length: 0 }, "Attribute length value must be at least 1, got: 0. Examine values at 'bytes.length'."],
  [{ length: 1.5 }, "is not an integer"],
])("Check refuses %j", async (news, reason) => {
  const failures = (await bytes.check(news)).response?.failures as { reason: string }[];
  expect(failures[0]?.reason).toContain(reason);
});
