/** The day on which a token came into the stack. */
import type { VerbInputs } from "../../verbInputs.ts";
import { dayOf } from "../tokenYear.ts";

/** The fingerprint is there to run the update of another token. */
export const create = async (_: VerbInputs<"FINGERPRINT">) => ({ setOn: dayOf(new Date()) });

/** Only another token brings an update. */
export const update = create;

export async function remove() {}
