// The stand-in for pulumi-resource-command: command:local:Command.
import { randomBytes } from "node:crypto";
import { status } from "@grpc/grpc-js";
import {
  type CommandInputs,
  decodingError,
  inputFailures,
  inputs,
  stateFailures,
  withoutUnknownSecrets,
} from "./command/inputs.ts";
import { type Output, run } from "./command/run.ts";
import { unknownSettings } from "./planned/config.ts";
import { equal, type PropertyMap, reveal, revealMap, UNKNOWN, withoutNulls } from "./properties.ts";
import { type Change, diffPaths, rootOf } from "./propertyDiff.ts";
import {
  type DiffCall,
  type DiffResult,
  notServed,
  type Provider,
  ProviderError,
  type Resource,
  withIgnoredChanges,
} from "./provider.ts";

/** The real plugin's framework keeps its version in the provider's state. */
const frameworkVersion = { "__pulumi-go-provider-version": "v1.5.0" };

function checked(properties: PropertyMap, prefix = ""): CommandInputs {
  const failed = inputFailures(properties);
  if (failed.length > 0) throw new ProviderError(`${prefix}${decodingError(failed)}`);
  return revealMap(properties) as CommandInputs;
}

function checkedState(state: PropertyMap): CommandInputs & Output {
  const failed = stateFailures(state);
  if (failed.length > 0) throw new ProviderError(decodingError(failed));
  return revealMap(state) as unknown as CommandInputs & Output;
}

const isInternal = (input: string) => input === "version" || input.startsWith("__");

/** No input replaces the command: a change of any of them updates it. */
function diffResult(changes: Map<string, Change>): DiffResult {
  return {
    changes: changes.size > 0 ? "DIFF_SOME" : "DIFF_NONE",
    diffs: [...new Set([...changes.keys()].map(rootOf))],
    detailedDiff: Object.fromEntries([...changes].map(([path, kind]) => [path, { kind }])),
    hasDetailedDiff: true,
  };
}

const outputs = (output: Output): PropertyMap => ({ ...output });

/** In a preview, the output is unknown as soon as an input differs from the last run's. */
function previewedOutputs(call: DiffCall, news: PropertyMap, previous: Output): PropertyMap {
  const inputs = new Set([...Object.keys(call.olds), ...Object.keys(news)]);
  inputs.delete("stdout");
  inputs.delete("stderr");
  const isStale = (input: string) =>
    reveal(news[input] ?? null) === UNKNOWN || (input in call.olds && !equal(news[input], call.olds[input]));
  return [...inputs].some(isStale) ? { stdout: UNKNOWN, stderr: UNKNOWN } : outputs(previous);
}

const command: Resource = {
  inputs,

  async check({ news }) {
    const failures = inputFailures(news);
    return failures.length > 0
      ? { inputs: news, failures }
      : { inputs: withoutUnknownSecrets(withoutNulls(news)) };
  },

  async diff(call) {
    const news = Object.entries(withIgnoredChanges("command", call)).filter(([input]) => !isInternal(input));
    return diffResult(diffPaths(call.oldInputs, Object.fromEntries(news)));
  },

  async create({ name, properties, preview }, context) {
    const inputs = checked(properties, "invalid inputs: ");
    const id = `${name}${randomBytes(4).toString("hex")}`;
    const kept = withoutNulls(properties);
    if (preview) return { id, properties: { ...kept, stdout: UNKNOWN, stderr: UNKNOWN } };
    const none = { stdout: "", stderr: "" };
    const output = inputs.create === undefined ? none : await run(inputs.create, inputs, none, context);
    return { id, properties: { ...kept, ...output } };
  },

  async read({ id, properties, inputs }) {
    if (Object.keys(properties).length === 0) throw notServed("command", `an import of a command (${id})`);
    checked(inputs);
    checkedState(properties);
    return { id, properties, inputs };
  },

  async update(call, context) {
    const { stdout, stderr } = checkedState(call.olds);
    const news = withIgnoredChanges("command", call);
    const inputs = checked(news);
    const kept = withoutNulls(news);
    if (call.preview) return { ...kept, ...previewedOutputs(call, news, { stdout, stderr }) };
    const script = inputs.update ?? inputs.create;
    const output =
      script === undefined ? { stdout, stderr } : await run(script, inputs, { stdout, stderr }, context);
    return { ...kept, ...output };
  },

  async delete({ properties }, context) {
    const state = checkedState(properties);
    if (state.delete !== undefined) await run(state.delete, state, state, context);
  },
};

export const commandProvider: Provider = {
  name: "command",
  resources: { "command:local:Command": command },
  capabilities: { acceptSecrets: true, acceptResources: true, acceptOutputs: true },
  checkConfig: async ({ news }) => ({
    inputs: { ...news, ...frameworkVersion },
    failures: unknownSettings("command", news),
  }),
  diffConfig: async () => {
    throw new ProviderError("DiffConfig is not implemented", status.UNIMPLEMENTED);
  },
  configure: async () => {},
};
