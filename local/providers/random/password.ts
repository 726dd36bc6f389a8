// random:index/randomPassword:RandomPassword: random characters and their bcrypt hash, both secret, under an id that says nothing.
import { genSalt, hash } from "bcryptjs";
import { plan } from "../planned/plan.ts";
import { type Operations, PlanError } from "../planned/resource.ts";
import type { Attribute, Schema, State } from "../planned/schema.ts";
import { randomCharacters } from "./characters.ts";
import { length } from "./length.ts";
import { emptyKinds, keepersReplace, overrideReplaces, tooShort } from "./passwordRules.ts";

/** A kind of characters that the password may contain. */
const kind: Attribute = { type: "bool", setBy: "either", default: true, replaces: true };
/** How many characters of a kind it contains at least. */
const minimum: Attribute = { type: "integer", setBy: "either", default: 0, replaces: true };

export const passwordSchemaVersion = 3;
export const passwordSchema: Schema = {
  id: { type: "string", setBy: "provider" },
  length: length(
    "The length of the string desired. The minimum value for length is 1 and, length must also be >= " +
      "(`min_upper` + `min_lower` + `min_numeric` + `min_special`).",
  ),
  upper: kind,
  lower: kind,
  special: kind,
  // Two names of one kind: whichever is set sets the other.
  numeric: { ...kind, default: ({ number }) => number ?? true },
  number: {
    ...kind,
    default: ({ numeric }) => numeric ?? true,
    deprecated: "**NOTE**: This is deprecated, use `numeric` instead.",
  },
  minUpper: minimum,
  minLower: minimum,
  minNumeric: minimum,
  minSpecial: minimum,
  overrideSpecial: { type: "string", setBy: "program", replaces: overrideReplaces },
  keepers: { type: "stringMap", setBy: "program", replaces: keepersReplace },
  result: { type: "string", setBy: "provider", secret: true },
  bcryptHash: { type: "string", setBy: "provider", secret: true },
};

const bcryptCost = 10;

/** Of the first 72 bytes. Marked 2a as Go's library does; for passwords of this length 2b is the same computation. */
async function bcryptHash(password: string): Promise<string> {
  const salt = await genSalt(bcryptCost);
  return hash(password, salt.replace("2b", "2a"));
}

async function withPassword(planned: State, result: string): Promise<State> {
  return { ...planned, id: "none", result, bcryptHash: await bcryptHash(result) };
}

export const passwordOperations: Operations = {
  refuse: (config) => [...tooShort(config), ...emptyKinds(config)],
  replan(_prior, planned, { number, numeric }) {
    // Upstream takes a value that is not known yet for false.
    if (number !== null && numeric !== null && (number === true) !== (numeric === true)) {
      throw new PlanError(
        "Number and numeric are both configured with different values",
        "Number is deprecated, use numeric instead",
      );
    }
    return planned;
  },
  create: (planned) => withPassword(planned, randomCharacters(planned)),
  /** The password itself is what is imported; its length counts bytes. */
  import: (id) => withPassword(plan(passwordSchema, null, { length: Buffer.byteLength(id) }).state, id),
  // The password exists nowhere but in the state.
  read: async (state) => state,
  update: async (planned) => planned,
  delete: async () => {},
  idOf: (state) => String(state.id),
};
