// Makes every recorded call, in order, to the plugins that are first on PATH.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { JsonObject, Method } from "./messages.ts";
import type { Plugin } from "./plugin.ts";
import { readRecordings, titleOf } from "./recordings.ts";
import { comparable, comparableErrors, Learned } from "./volatile.ts";
import { startWorld, type World } from "./world.ts";

/** Milliseconds, on a busy machine. */
const timeout = 120_000;

const configMethods: Method[] = ["CheckConfig", "DiffConfig"];
const invalidatedStep = "key invalidated, then up --refresh";

let world: World;
let step = "";
const learned = new Learned();
/** By provider, for the current step. */
const plugins = new Map<string, Plugin>();
const configured = new Set<string>();
const settings = new Map<string, JsonObject>();

async function enterStep(next: string): Promise<void> {
  if (next === step) return;
  await world.stopPlugins();
  plugins.clear();
  configured.clear();
  step = next;
  if (step === invalidatedStep) for (const key of world.tailscale.keys.values()) key.invalid = true;
}

async function pluginFor(provider: string): Promise<Plugin> {
  const running = plugins.get(provider);
  if (running) return running;
  const plugin = await world.start(provider);
  plugins.set(provider, plugin);
  if (!settings.has(provider))
    console.info(`held to the recordings: ${plugin.path} ${await plugin.version()}`);
  return plugin;
}

/** The engine does this before the first call about a resource, with the settings from the answer of CheckConfig. */
async function configure(provider: string, plugin: Plugin): Promise<void> {
  if (configured.has(provider)) return;
  configured.add(provider);
  const request = {
    variables: {},
    args: settings.get(provider) ?? {},
    acceptSecrets: true,
    acceptResources: true,
    sendsOldInputs: true,
    sendsOldInputsToDelete: true,
    type: `pulumi:providers:${provider}`,
  };
  const { errors } = await plugin.call("Configure", request);
  if (errors) throw new Error(errors.join());
}

beforeAll(async () => {
  world = await startWorld();
}, timeout);

afterAll(() => world?.stop(), timeout);

test.each(
  readRecordings().map((recording, i) => ({ ...recording, title: `${i + 1} ${titleOf(recording)}` })),
)(
  "$title",
  async (recording) => {
    const { provider, method } = recording;
    await enterStep(recording.step);
    const plugin = await pluginFor(provider);
    if (!configMethods.includes(method)) await configure(provider, plugin);
    const answer = await plugin.call(method, learned.translate(recording.request));
    learned.learn(recording.response, answer.response);
    expect(comparableErrors(answer.errors)).toEqual(comparableErrors(recording.errors));
    expect(comparable(answer.response)).toEqual(comparable(learned.translate(recording.response)));
    if (method === "CheckConfig") settings.set(provider, answer.response?.inputs as JsonObject);
  },
  timeout,
);
