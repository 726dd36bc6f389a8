/**
 * The objects that are made by verbs, each with the file of its create, update and remove. The names are in the state of each client and
 * stay as they are; the files may move.
 *
 * An object's inputs and outputs are declared in its file and nowhere else: VerbResource takes their types from here.
 */
import type { VerbInputs, Verbs } from "./verbInputs.ts";

const files = {
  "anthropic/token": () => import("./anthropic/verbs/token.ts"),
  "fly/app": () => import("./fly/verbs/app.ts"),
  "fly/image": () => import("./fly/verbs/image.ts"),
  "fly/invite": () => import("./fly/verbs/invite.ts"),
  "fly/privateIp": () => import("./fly/verbs/privateIp.ts"),
  "fly/release": () => import("./fly/verbs/release.ts"),
  "fly/secrets": () => import("./fly/verbs/secrets.ts"),
  "fly/volume": () => import("./fly/verbs/volume.ts"),
  "tailnet/device": () => import("./tailnet/verbs/device.ts"),
  "tailnet/formerDevice": () => import("./tailnet/verbs/formerDevice.ts"),
  "tailnet/tailnet": () => import("./tailnet/verbs/tailnet.ts"),
};

export type ObjectName = keyof typeof files;

type FileOf<O extends ObjectName> = Awaited<ReturnType<(typeof files)[O]>>;

export type InputsOf<O extends ObjectName> = Parameters<FileOf<O>["create"]>[0];

/** Names of the inputs that an object's resource gives in its `environment`. */
export type InputName<O extends ObjectName> = InputsOf<O> extends VerbInputs<infer Name> ? Name : never;

/** What an object's verbs print. A field that 0.1.0 did not print is optional: the state of its stacks lacks it. */
export type OutputsOf<O extends ObjectName> = Awaited<ReturnType<FileOf<O>["create"]>>;

/** Loads the one file that is asked for. The type holds each file to three verbs that take the same inputs and print the same fields. */
export const lifecycle: { [O in ObjectName]: () => Promise<Verbs<InputsOf<O>, OutputsOf<O>>> } = files;
