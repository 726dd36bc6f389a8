// A random plugin to make passwords with, and a password's state as the plugin has made it.
import { type Engine, startEngine } from "./engine.ts";
import type { JsonObject } from "./messages.ts";
import { Plugin } from "./plugin.ts";
import { configure, ResourceCalls, secret } from "./requests.ts";

export interface Passwords {
  /** About a password of the given name. */
  named(name: string): ResourceCalls;
  engine: Engine;
  stop(): Promise<void>;
}

export async function startPasswords(): Promise<Passwords> {
  const engine = await startEngine();
  const plugin = await Plugin.start("random", { engineAddress: engine.address, cwd: process.cwd() });
  await configure(plugin);
  return {
    named: (name) => new ResourceCalls(plugin, "random:index/randomPassword:RandomPassword", name),
    engine,
    async stop() {
      await plugin.stop();
      engine.stop();
    },
  };
}

export const defaults = {
  upper: true,
  lower: true,
  numeric: true,
  number: true,
  special: true,
  minUpper: 0,
  minLower: 0,
  minNumeric: 0,
  minSpecial: 0,
};

const noValue = secret({ replace: { raw: null } });

/** What is stored about a password of the given inputs. */
export function stateWith(inputs: JsonObject) {
  const parts = {
    keepers: inputs.keepers ? { map: {} } : noValue,
    ...("overrideSpecial" in inputs ? {} : { overrideSpecial: noValue }),
  };
  return {
    ...defaults,
    __meta: '{"schema_version":"3"}',
    __pulumi_raw_state_delta: { obj: { ps: parts } },
    id: "none",
    result: "abcDEF12",
    bcryptHash: "$2a$10$Ph2MGWf7SRzMjGSb7gQ/J.3m4xBzSzPYEjmGuzyWlBrnZOkIAeHk2",
    length: 8,
    ...inputs,
  };
}

export const state = stateWith({});
