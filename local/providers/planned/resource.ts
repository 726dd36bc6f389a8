// The engine's calls on a planned resource.
import type { PropertyMap } from "../properties.ts";
import {
  type CheckFailure,
  type Context,
  type DiffCall,
  ProviderError,
  type ReadResult,
  type Resource,
} from "../provider.ts";
import { checkPlanned, deprecations } from "./check.ts";
import { refuseOtherVersion } from "./meta.ts";
import { diffOf, type Plan, plan, withIgnoredChanges } from "./plan.ts";
import { encodeInputs, type Schema, type State } from "./schema.ts";
import { importedInputs, parseState, plannedProperties, properties, refreshedInputs } from "./state.ts";

/** What a resource does outside. Values that a plan leaves unknown are filled in by `create`. */
export interface Operations {
  create(planned: State): Promise<State>;
  /** The state that an id alone gives, before it is read. */
  import(id: string): State | Promise<State>;
  read(state: State): Promise<State>;
  update(planned: State): Promise<State>;
  delete(state: State): Promise<void>;
  idOf(state: State): string;
  /** In Check, what is wrong with several attributes together. */
  refuse?(config: State): CheckFailure[];
  /**
   * Amends what the schema alone plans.
   * @param prior null when there is no resource yet
   */
  replan?(prior: State | null, planned: Plan, config: State): Plan;
}

/** An error of the upstream provider: the engine gets `summary: detail`, and the log says it the other way round. */
export class Diagnostic extends ProviderError {
  readonly logLine: string;
  constructor(summary: string, detail: string) {
    super(`${summary}: ${detail}`);
    this.logLine = `[ERROR] ${detail}: ${summary}`;
  }
}

/** An error of upstream's planning: the engine gets a list of one, and the log nothing. */
export class PlanError extends ProviderError {
  constructor(summary: string, detail: string) {
    super(`1 error occurred:\n\t* : ${summary} - ${detail}\n\n`);
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

/**
 * @param plugin the provider's name, for errors
 * @param schemaVersion as upstream counts it
 */
export function plannedResource(
  plugin: string,
  schema: Schema,
  operations: Operations,
  { schemaVersion = 0 } = {},
): Resource {
  const parse = (type: string, stored: PropertyMap, prefix = ""): State => {
    refuseOtherVersion({ plugin, type, schemaVersion }, stored, prefix);
    return parseState(schema, stored);
  };
  const planFrom = (prior: State | null, config: State): Plan => {
    const planned = plan(schema, prior, config);
    return operations.replan?.(prior, planned, config) ?? planned;
  };
  const planChange = ({ type, olds, news, ignoreChanges }: DiffCall) => {
    const prior = parse(type, olds);
    const config = encodeInputs(schema, withIgnoredChanges(olds, news, ignoreChanges));
    return { prior, planned: planFrom(prior, config) };
  };
  const store = (state: State) => properties(schema, state, schemaVersion);
  const result = (state: State) => ({ id: operations.idOf(state), properties: store(state) });

  return {
    async check(call, context) {
      const checked = checkPlanned(plugin, schema, call, operations.refuse);
      for (const warning of deprecations(schema, call.news)) await context.log("warning", warning);
      return checked;
    },

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
      const isRefresh = Object.keys(stored).length > 0;
      return logged(context, async () => {
        const known = isRefresh
          ? parse(type, stored, "failed to get current raw state: ")
          : await operations.import(id);
        const state = await operations.read(known);
        const found = result(state);
        return {
          ...found,
          inputs: isRefresh
            ? refreshedInputs(inputs, plannedProperties({}, state))
            : importedInputs(schema, state),
        };
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
