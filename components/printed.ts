/** Fields of what an object's verbs have printed, as the state has it. */
import { z } from "zod";
import { parseShaped } from "./json.ts";

const shape = z.record(z.string(), z.unknown());

/**
 * @param object whose verbs printed, e.g. `fly/app`
 * @param stdout what they printed
 * @throws Error that names object and field where the field is missing or is not text
 */
export function printedField(object: string, stdout: string, field: string): string {
  const value = parseShaped(stdout, shape, `what ${object} printed`)[field];
  if (typeof value === "string") return value;
  throw new Error(
    `${object} has printed no ${field}, which this version of the program needs. Another version has made this part of the stack: ` +
      "use that version, or a later one (git pull).",
  );
}

/** The same of a field that earlier versions did not print: empty where it is missing. */
export function laterField(object: string, stdout: string, field: string): string {
  const printed = parseShaped(stdout, shape, `what ${object} printed`);
  return field in printed ? printedField(object, stdout, field) : "";
}
