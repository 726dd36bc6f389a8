// The engine's calls on a planned resource.
import { type Context, type DiffCall, ProviderError, type ReadResult, type Resource } from "../provider.ts";
import { checkPlanned } from "./check.ts";
import { diffOf, type Plan, plan, withIgnoredChanges } from "./plan.ts";
import { encodeInputs, type Schema, type State } from "./schema.ts";
import { importedInputs, parseState, plannedProperties, properties, refreshedInputs } from "./state.ts";

/** What a resource does outside. Values that a plan leaves unknown are filled in by `create`. */
export interface Operations {
  create(planned: State): Promise<State>;
  /** The state that an id alone gives, before it is read. */
  import(id: string): State;
  read(state: State): Promise<State>;
  update(planned: State): Promise<State>;
  delete(state: State): Promise<void>;
  idOf(state: State): string;
  /** Amends what the schema alone plans for a resource that exists. */
  replan?(prior: State, planned: Plan): Plan;
}

/** An error of the upstream provider: the engine gets `summary: detail`, and the log says it the other way round. */
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

/** @param plugin the provider's name, for errors */
export function plannedResource(plugin: string, schema: Schema, operations: Operations): Resource {
  const planChange = ({ olds, news, ignoreChanges }: DiffCall) => {
    const prior = parseState(schema, olds);
    const config = encodeInputs(schema, withIgnoredChanges(olds, news, ignoreChanges));
    const planned = plan(schema, prior, config);
    return { prior, planned: operations.replan?.(prior, planned) ?? planned };
  };
  const result = (state: State) => ({ id: operations.idOf(state), properties: properties(schema, state) });

  return {
    check: async (call) => checkPlanned(plugin, schema, call),

    async diff(call) {
      const { prior, planned } = planChange(call);
      return diffOf(schema, prior, planned);
    },

    async create({ properties: inputs, preview }, context) {
      const planned = plan(schema, null, encodeInputs(schema, inputs)).state;
      if (preview) return { id: "", properties: plannedProperties(schema, planned) };
      return result(await logged(context, () => operations.create(planned)));
    },

    async read({ id, properties: stored, inputs }, context): Promise<ReadResult> {
      const isRefresh = Object.keys(stored).length > 0;
      return logged(context, async () => {
        const state = await operations.read(isRefresh ? parseState(schema, stored) : operations.import(id));
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
      return properties(schema, await logged(context, () => operations.update(planned.state)));
    },

    async delete({ properties: stored }, context) {
      await logged(context, () => operations.delete(parseState(schema, stored)));
    },
  };
}
