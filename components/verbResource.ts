/** The one place that makes the command resources behind which verbs work. */
import { local } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { parseJson } from "./json.ts";

/** Inputs of an object. What changes in them runs its `update` verb; nothing in them replaces it. */
export interface VerbArgs {
  /** Facts for the verb, by the names it asks for. No token: it stays in the ambient environment and out of the state. */
  environment: Record<string, pulumi.Input<string>>;
  /** What is secret, on standard input. */
  stdin?: pulumi.Input<string>;
}

/**
 * An object of Fly.io or the tailnet, made by the verbs of `components/AREA/verbs/OBJECT.ts`.
 *
 * Interpreter and paths are relative to the project, since a stack is used from more than one machine, and they are in the state:
 * `destroy` runs what the last update has written there.
 */
export class VerbResource {
  readonly resource: local.Command;
  private readonly outputs: pulumi.Output<Record<string, unknown>>;

  constructor(name: string, object: string, args: VerbArgs, opts: pulumi.CustomResourceOptions) {
    this.resource = new local.Command(
      name,
      {
        interpreter: ["node", "components/verb.mjs"],
        create: `${object} create`,
        update: `${object} update`,
        delete: `${object} remove`,
        ...args,
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
    this.outputs = this.resource.stdout.apply(
      (text) => parseJson(text, `what ${object} printed`) as Record<string, unknown>,
    );
  }

  /** A field of what the verb printed. Not a secret. */
  output(field: string): pulumi.Output<string> {
    return pulumi.unsecret(this.secretOutput(field));
  }

  /** A field that the verb of an earlier version has not printed; empty then. Not a secret. */
  optionalOutput(field: string): pulumi.Output<string> {
    return pulumi.unsecret(this.outputs.apply((outputs) => String(outputs[field] ?? "")));
  }

  /** A field of what the verb printed that is a secret. */
  secretOutput(field: string): pulumi.Output<string> {
    return this.outputs.apply((outputs) => String(outputs[field]));
  }
}
