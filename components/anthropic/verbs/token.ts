/** The day on which a token came into the stack. */
import { dayOf } from "../tokenYear.ts";

export const create = async () => ({ setOn: dayOf(new Date()) });

/** Only another token brings an update. */
export const update = create;

export async function remove() {}
