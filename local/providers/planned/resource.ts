// The engine's calls on a planned resource.
import type { PropertyMap } from "../properties.ts";
import {
  type Context,
  type DiffCall,
  notServed,
  ProviderError,
  type ReadResult,
  type Resource,
  withIgnoredChanges,
} from "../provider.ts";
import { checkPlanned } from "./check.ts";
import { refuseOtherVersion } from "./meta.ts";
import { diffOf, type Plan, plan } from "./plan.ts";
import { encodeInputs, type Schema, type State } from "./schema.ts";
import { parseState, plannedProperties, properties, refreshedInputs } from "./state.ts";

/** A kind of resource. */
export interface Kind {
  /** The provider's name, for errors. */
  plugin: string;
  schema: Schema;
  /** As upstream counts it; 0 where it is not given. */
  schemaVersion?: number;
  /** What a program is allowed to set. */
  inputs: readonly string[];
}

/** What a resource does outside. `create` fills in the values that a plan leaves unknown. */
export interface Operations {
  create(planned: State): Promise<State>;
  read(state: State): Promise<State>;
  update(planned: State): Promise<State>;
  delete(state: State): Promise<void>;
  idOf(state: State): string;
  /** Amends what the schema alone plans. */
  replan?(planned: Plan): Plan;
}

/** An error of the upstream provider: the engine gets `summary: detail`, the log `detail: summary`. */
export class Diagnostic extends ProviderError {
  readonly logLine: string;
  constructor(summary: string, detail: string) {
    super(`${summary}: ${detail}`);
    this.logLine = `[ERROR] ${detail}: ${summary}`;
  }
}

async function logged<Result>(context: Context, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Diagnostic) await context.log("error", error.logLine);
    throw error;
  }
}

export function plannedResource(kind: Kind, operations: Operations): Resource {
  const { plugin, schema, schemaVersion = 0 } = kind;
  const parse = (type: string, stored: PropertyMap): State => {
    refuseOtherVersion({ plugin, type, schemaVersion }, stored);
    return parseState(schema, stored);
  };
  const planFrom = (prior: State | null, config: State): Plan => {
    const planned = plan(schema, prior, config);
    return operations.replan?.(planned) ?? planned;
  };
  const planChange = (call: DiffCall) => {
    const prior = parse(call.type, call.olds);
    const config = encodeInputs(schema, withIgnoredChanges(plugin, call));
    return { prior, planned: planFrom(prior, config) };
  };
  const store = (state: State) => properties(schema, state, schemaVersion);
  const result = (state: State) => ({ id: operations.idOf(state), properties: store(state) });

  return {
    inputs: kind.inputs,

    check: async (call) => checkPlanned(kind, call),

    async diff(call) {
      const { prior, planned } = planChange(call);
      return diffOf(schema, prior, planned);
    },

    async create({ properties: inputs, preview }, context) {
      const planned = planFrom(null, encodeInputs(schema, inputs)).state;
      if (preview) return { id: "", properties: plannedProperties(schema, planned) };
      return result(await logged(context, () => operations.create(planned)));
    },

    async read({ id, type, properties: stored, inputs }, context): Promise<ReadResult> {
      if (Object.keys(stored).length === 0) throw notServed(plugin, `an import of ${type} (${id})`);
      return logged(context, async () => {
        const state = await operations.read(parse(type, stored));
        return { ...result(state), inputs: refreshedInputs(inputs, plannedProperties({}, state)) };
      });
    },

    async update(call, context) {
      const { planned } = planChange(call);
      if (call.preview) return plannedProperties(schema, planned.state);
      return store(await logged(context, () => operations.update(planned.state)));
    },

    async delete({ properties: stored }, context) {
      await logged(context, () => operations.delete(parseState(schema, stored)));
    },
  };
}
