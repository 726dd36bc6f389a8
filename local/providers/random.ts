// The stand-in for pulumi-resource-random: random:index/randomPassword:RandomPassword, random characters and their bcrypt hash, both
// secret, under an id that says nothing.
import { randomInt } from "node:crypto";
import { genSalt, hash } from "bcryptjs";
import { diffConfig, unknownSettings } from "./planned/config.ts";
import { type Operations, plannedResource } from "./planned/resource.ts";
import type { Attribute, Schema } from "./planned/schema.ts";
import type { Provider } from "./provider.ts";

/** Whether the password contains characters of a kind. */
const kind: Attribute = { type: "bool", setBy: "either", default: true, replaces: true };
/** How many characters of a kind it contains at least. */
const minimum: Attribute = { type: "integer", setBy: "either", default: 0, replaces: true };
const unset: Attribute = { type: "string", setBy: "program", replaces: true };

/** Everything that the state has: a program is allowed to set two of these. */
const passwordSchema: Schema = {
  id: { type: "string", setBy: "provider" },
  length: {
    type: "integer",
    setBy: "program",
    required: {
      description:
        "The length of the string desired. The minimum value for length is 1 and, length must also be >= " +
        "(`min_upper` + `min_lower` + `min_numeric` + `min_special`).",
    },
    replaces: true,
    refuse: (value) =>
      Number(value) >= 1
        ? undefined
        : `Invalid Attribute Value. Attribute length value must be at least 1, got: ${String(value)}`,
  },
  upper: kind,
  lower: kind,
  special: kind,
  numeric: kind,
  number: kind,
  minUpper: minimum,
  minLower: minimum,
  minNumeric: minimum,
  minSpecial: minimum,
  overrideSpecial: unset,
  keepers: unset,
  result: { type: "string", setBy: "provider", secret: true },
  bcryptHash: { type: "string", setBy: "provider", secret: true },
};

const lettersAndDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const specialCharacters = "!@#$%&*()-_=+[]{}<>:?";

export function randomCharacters(length: number, special: boolean): string {
  const choices = special ? lettersAndDigits + specialCharacters : lettersAndDigits;
  return Array.from({ length }, () => choices[randomInt(choices.length)]).join("");
}

/** Of the first 72 bytes. Marked 2a as Go's library does; for passwords of this length 2b is the same computation. */
async function bcryptHash(password: string): Promise<string> {
  return hash(password, (await genSalt(10)).replace("2b", "2a"));
}

const passwordOperations: Operations = {
  async create(planned) {
    const result = randomCharacters(Number(planned.length), planned.special === true);
    return { ...planned, id: "none", result, bcryptHash: await bcryptHash(result) };
  },
  // The password exists nowhere but in the state.
  read: async (state) => state,
  update: async (planned) => planned,
  delete: async () => {},
  idOf: (state) => String(state.id),
};

export const randomProvider: Provider = {
  name: "random",
  resources: {
    "random:index/randomPassword:RandomPassword": plannedResource(
      { plugin: "random", schema: passwordSchema, schemaVersion: 3, inputs: ["length", "special"] },
      passwordOperations,
    ),
  },
  capabilities: { acceptResources: true, supportsAutonamingConfiguration: true },
  checkConfig: async ({ news }) => ({ inputs: news, failures: unknownSettings("random", news) }),
  diffConfig,
  configure: async () => {},
};
