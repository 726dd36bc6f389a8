/** What a verb is given, and what the file of an object's verbs has to offer. */
import type { z } from "zod";
import { parseShaped } from "./json.ts";

/** What a verb gets. `Name` is the union of its inputs' names. */
export interface VerbInputs<Name extends string> {
  /**
   * An input by its name in the resource's `environment`.
   *
   * @param earlier what it is for a stack whose state lacks it, because an earlier version wrote that state
   * @throws Error where the input is missing and nothing is said for earlier versions
   */
  input(name: Name, earlier?: string): string;
  /**
   * What the verbs of this object printed the last time; `{}` in a create.
   *
   * @throws Error that names each field that is missing or of another type
   */
  previous<T>(shape: z.ZodType<T>): T;
  /** Tells people what is going on. */
  progress(line: string): void;
}

/** What a verb gets whose resource has secret inputs. */
export interface SecretVerbInputs<Name extends string> extends VerbInputs<Name> {
  /** The secret inputs, as the resource has put them on standard input. */
  stdin: string;
}

/** The verbs of one object. What `create` and `update` return is printed as JSON and becomes the resource's output. */
export interface Verbs<Inputs, Outputs> {
  create: (inputs: Inputs) => Promise<Outputs>;
  update: (inputs: Inputs) => Promise<Outputs>;
  remove: (inputs: Inputs) => Promise<void>;
}

/** Where a verb's process finds its inputs. */
interface Given {
  /** Pulumi's command provider adds to it what was printed the last time, as PULUMI_COMMAND_STDOUT. */
  environment: Readonly<Record<string, string | undefined>>;
  /** Empty where the resource has none. */
  stdin: string;
  progress(line: string): void;
}

/** @param object in whose name errors are, e.g. `fly/app` */
export function verbInputs(
  object: string,
  { environment, stdin, progress }: Given,
): SecretVerbInputs<string> {
  return {
    input(name, earlier) {
      const value = environment[name] ?? earlier;
      if (value === undefined) throw new Error(`${object}: the input ${name} is not set`);
      return value;
    },
    previous: (shape) =>
      parseShaped(environment.PULUMI_COMMAND_STDOUT || "{}", shape, `what ${object} printed the last time`),
    stdin,
    progress,
  };
}
