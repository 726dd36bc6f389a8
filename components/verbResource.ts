/** The one place that makes the command resources behind which verbs work. */
import { local } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { InputName, InputsOf, ObjectName, OutputsOf } from "./lifecycle.ts";
import { laterField, printedField } from "./printed.ts";

/** Inputs of an object. What changes in them runs its `update` verb; nothing in them replaces it. */
export type VerbArgs<O extends ObjectName> = {
  /** Facts for the verb, by the names it asks for. No token: it stays in the ambient environment and out of the state. */
  environment: Record<InputName<O>, pulumi.Input<string>>;
} & SecretArgs<InputsOf<O>>;

/** What is secret goes by standard input, of an object whose verbs read that. */
type SecretArgs<Inputs> = Inputs extends { stdin: string }
  ? { stdin: pulumi.Input<string> }
  : { stdin?: never };

type IsOptional<T, F extends keyof T> = Record<never, never> extends Pick<T, F> ? true : false;

/** Text fields that every version has printed (`Later` false), or that earlier versions have not (`Later` true). */
type Field<T, Later extends boolean> = {
  [F in keyof T]-?: T[F] extends string | undefined ? (IsOptional<T, F> extends Later ? F : never) : never;
}[keyof T] &
  string;

/**
 * An object of Fly.io or the tailnet, made by the verbs that `lifecycle.ts` has for it. In the state it is a command of Pulumi's command
 * provider.
 *
 * Interpreter and paths are relative to the project, since a stack is used from more than one machine, and they are in the state:
 * `destroy` runs what the last update has written there.
 */
export class VerbResource<O extends ObjectName> extends local.Command {
  readonly #object: O;

  constructor(name: string, object: O, args: VerbArgs<O>, opts: pulumi.CustomResourceOptions) {
    super(
      name,
      {
        interpreter: ["node", "components/verb.mjs"],
        create: `${object} create`,
        update: `${object} update`,
        delete: `${object} remove`,
        environment: args.environment,
        ...(args.stdin === undefined ? {} : { stdin: args.stdin }),
        // A verb's standard error is progress for people; its standard output is data and stays out of the log.
        logging: local.Logging.Stderr,
      },
      {
        ...opts,
        // A stack that was made when it was verb.ts keeps that: a change would run each verb for nothing.
        ignoreChanges: ["interpreter"],
        // What a machine or flyctl answers can hold a secret; the few fields that are none are unwrapped below, one by one.
        additionalSecretOutputs: ["stdout", "stderr"],
      },
    );
    this.#object = object;
  }

  /** A field of what the verb printed. Not a secret. */
  output(field: Field<OutputsOf<O>, false>): pulumi.Output<string> {
    return pulumi.unsecret(this.secretOutput(field));
  }

  /** A field of what the verb printed that is a secret. */
  secretOutput(field: Field<OutputsOf<O>, false>): pulumi.Output<string> {
    return this.stdout.apply((text) => readable(() => printedField(this.#object, text, field)));
  }

  /** A field that the verbs of earlier versions did not print; empty then. Not a secret. */
  laterOutput(field: Field<OutputsOf<O>, true>): pulumi.Output<string> {
    return pulumi.unsecret(
      this.stdout.apply((text) => readable(() => laterField(this.#object, text, field))),
    );
  }
}

/** Pulumi shows a RunError to people without its stack. */
function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new pulumi.RunError(error instanceof Error ? error.message : String(error));
  }
}
