// Requests about one resource, as the engine fills them in.

import type { Json, JsonObject } from "./messages.ts";
import type { Answer, Plugin } from "./plugin.ts";

const signature = "4dabf18193072939515e22adb298388d";

/** The value that the engine sends for what it does not know yet. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export function secret(value: Json): JsonObject {
  return { [signature]: "1b47061264138c4ac30d75fd1eb44270", value };
}

export class ResourceCalls {
  readonly #plugin: Plugin;
  readonly #identity: JsonObject;

  constructor(plugin: Plugin, type: string, name: string) {
    this.#plugin = plugin;
    this.#identity = { urn: `urn:pulumi:dev::contract::${type}::${name}`, type, name };
  }

  check(news: JsonObject): Promise<Answer> {
    return this.#plugin.call("Check", { ...this.#identity, olds: {}, news, randomSeed: "AAAA" });
  }

  diff(olds: JsonObject, oldInputs: JsonObject, news: JsonObject): Promise<Answer> {
    return this.#plugin.call("Diff", { ...this.#identity, id: "id", olds, oldInputs, news });
  }

  /** @param options preview, or a timeout in seconds */
  create(properties: JsonObject, options: JsonObject = {}): Promise<Answer> {
    return this.#plugin.call("Create", { ...this.#identity, properties, ...options });
  }

  /** Without properties, it imports the resource. */
  read(id: string, properties: JsonObject = {}, inputs: JsonObject = {}): Promise<Answer> {
    return this.#plugin.call("Read", { ...this.#identity, id, properties, inputs });
  }

  update(
    olds: JsonObject,
    oldInputs: JsonObject,
    news: JsonObject,
    options: JsonObject = {},
  ): Promise<Answer> {
    return this.#plugin.call("Update", { ...this.#identity, id: "id", olds, oldInputs, news, ...options });
  }

  delete(properties: JsonObject): Promise<Answer> {
    return this.#plugin.call("Delete", { ...this.#identity, id: "id", properties, oldInputs: {} });
  }
}

export function configure(
  plugin: Plugin,
  args: JsonObject = {},
  variables: JsonObject = {},
): Promise<Answer> {
  const engine = {
    acceptSecrets: true,
    acceptResources: true,
    sendsOldInputs: true,
    sendsOldInputsToDelete: true,
  };
  return plugin.call("Configure", { args, variables, ...engine });
}

/** The properties of an answer. If the answer is an error, throws it. */
export function propertiesOf({ response, errors }: Answer): JsonObject {
  if (errors) throw new Error(errors.join());
  return response?.properties as JsonObject;
}
