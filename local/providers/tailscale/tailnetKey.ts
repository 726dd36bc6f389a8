// tailscale:index/tailnetKey:TailnetKey: a key with which machines join the tailnet.
import { Diagnostic, type Operations } from "../planned/resource.ts";
import type { Schema, State } from "../planned/schema.ts";
import { UNKNOWN } from "../properties.ts";
import { quote } from "../quote.ts";
import { ApiError, type Key, type TailscaleApi } from "./api.ts";

const maxDescriptionBytes = 50;
const recreateChoices = ["", "always", "never"];

export const tailnetKeyInputs = [
  "reusable",
  "ephemeral",
  "tags",
  "preauthorized",
  "expiry",
  "description",
  "recreateIfInvalid",
];

export const tailnetKeySchema: Schema = {
  id: { type: "string", setBy: "provider" },
  reusable: { type: "bool", setBy: "either", default: false, replaces: true },
  ephemeral: { type: "bool", setBy: "either", default: false, replaces: true },
  tags: { type: "stringSet", setBy: "either", default: [], replaces: true },
  preauthorized: { type: "bool", setBy: "either", default: false, replaces: true },
  key: { type: "string", setBy: "provider", secret: true },
  expiry: { type: "integer", setBy: "either", replaces: true },
  createdAt: { type: "string", setBy: "provider" },
  expiresAt: { type: "string", setBy: "provider" },
  description: {
    type: "string",
    setBy: "either",
    default: "",
    replaces: true,
    refuse(value) {
      const length = Buffer.byteLength(String(value));
      return length <= maxDescriptionBytes
        ? undefined
        : `Invalid Attribute Value Length. Attribute description string length must be at most ${maxDescriptionBytes}, got: ${length}`;
    },
  },
  invalid: { type: "bool", setBy: "provider" },
  recreateIfInvalid: {
    type: "string",
    setBy: "program",
    refuse: (value) =>
      recreateChoices.includes(String(value))
        ? undefined
        : 'Invalid Attribute Value Match. Attribute recreate_if_invalid value must be one of: ["" "always" "never"], ' +
          `got: ${quote(String(value))}`,
  },
  userId: { type: "string", setBy: "either" },
};

/** A time of the API as the real plugin keeps it: without fractions of a second, in the zone it came in. */
export const timestamp = (text = "0001-01-01T00:00:00Z") => text.replace(/\.\d+/, "");

/** What every answer about a key contains. */
function metadata(key: Key): State {
  return { createdAt: timestamp(key.created), expiresAt: timestamp(key.expires), userId: key.userId ?? "" };
}

function found(state: State, key: Key): State {
  const create = key.capabilities?.devices?.create ?? {};
  return {
    ...state,
    ...metadata(key),
    id: key.id ?? "",
    reusable: create.reusable ?? false,
    ephemeral: create.ephemeral ?? false,
    preauthorized: create.preauthorized ?? false,
    tags: create.tags ?? [],
    expiry: key.expirySeconds ?? null,
    description: key.description ?? "",
    invalid: key.invalid ?? false,
  };
}

const isNotFound = (error: unknown) => error instanceof ApiError && error.status === 404;
const quotedTwice = (id: unknown) => quote(quote(String(id)));

/** Undefined when there is no such key any more. */
async function fetchKey(api: TailscaleApi, id: unknown): Promise<Key | undefined> {
  const key = await api.getKey(String(id)).catch((error) => {
    if (isNotFound(error)) return undefined;
    throw new Diagnostic(
      "Failed to fetch key",
      `Error reading tailnet key with id ${quotedTwice(id)}: ${error.message}`,
    );
  });
  if (key && key.keyType !== "auth") {
    throw new Diagnostic(
      `Invalid key type '${key.keyType ?? ""}'`,
      "Only 'auth' keys are supported by this resource",
    );
  }
  return key;
}

/** By default only a reusable key is made again: an invalid single-use key has most likely done its work. */
function shouldRecreate({ reusable, recreateIfInvalid }: State): boolean {
  if (recreateIfInvalid === "always") return true;
  return recreateIfInvalid !== "never" && reusable === true;
}

export function tailnetKeyOperations(apiOf: () => TailscaleApi): Operations {
  return {
    async create(planned) {
      const create = {
        reusable: planned.reusable === true,
        ephemeral: planned.ephemeral === true,
        tags: planned.tags as string[],
        preauthorized: planned.preauthorized === true,
      };
      const request = {
        capabilities: { devices: { create } },
        expirySeconds: planned.expiry === UNKNOWN ? 0 : Number(planned.expiry),
        description: String(planned.description),
      };
      const key = await apiOf()
        .createKey(request)
        .catch((error) => {
          throw new Diagnostic("Failed to create key", `Error creating tailnet key: ${error.message}`);
        });
      const made = {
        id: key.id ?? "",
        key: key.key ?? "",
        expiry: key.expirySeconds ?? null,
        invalid: key.invalid ?? false,
      };
      return { ...planned, ...metadata(key), ...made };
    },

    async read(state) {
      const key = await fetchKey(apiOf(), state.id);
      return key ? found(state, key) : { ...state, invalid: true };
    },

    async update(planned) {
      const key = await fetchKey(apiOf(), planned.id);
      if (!key) {
        const remedy = "run pulumi refresh first: the real plugin crashes when it updates a key that is gone";
        throw new Diagnostic(
          "Failed to fetch key",
          `the tailnet key with id ${quotedTwice(planned.id)} does not exist any more; ${remedy}`,
        );
      }
      return {
        ...planned,
        ...metadata(key),
        description: key.description ?? "",
        invalid: key.invalid ?? false,
      };
    },

    async delete(state) {
      await apiOf()
        .deleteKey(String(state.id))
        .catch((error) => {
          if (isNotFound(error)) return;
          throw new Diagnostic(
            "Failed to delete key",
            `Error deleting tailnet key with id ${quotedTwice(state.id)}: ${error.message}`,
          );
        });
    },

    idOf: (state) => String(state.id),

    replan(planned) {
      if (planned.state.invalid !== true || !shouldRecreate(planned.state)) return planned;
      return { state: { ...planned.state, id: UNKNOWN }, replaces: [...planned.replaces, "id"] };
    },
  };
}
