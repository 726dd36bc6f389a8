// docker:index/image:Image
import {
  containsUnknowns,
  isObject,
  type PropertyMap,
  Secret,
  UNKNOWN,
  type Value,
  withoutNulls,
} from "../properties.ts";
import { type Change, diffPaths } from "../propertyDiff.ts";
import type { Context, DiffCall, DiffKind, DiffResult, Resource } from "../provider.ts";
import { connect, type DaemonConfig } from "./daemon.ts";
import { buildAndPush } from "./imageBuild.ts";
import { checkImage } from "./imageCheck.ts";
import { parseImage } from "./imageInputs.ts";

/** The inputs as they were checked: with the credentials, hence secret. */
const inputsKey = "__inputs";

const part = (value: Value | undefined): PropertyMap => (isObject(value) ? value : {});

/** A change of the credentials alone builds nothing. */
function isWorthBuilding(input: string, olds: PropertyMap, news: PropertyMap): boolean {
  if (input !== "registry" || !isObject(olds.registry) || !isObject(news.registry)) return true;
  return diffPaths(part(olds.registry), part(news.registry)).get("server") === "UPDATE";
}

function changeOf(input: string, olds: PropertyMap, news: PropertyMap): Change | undefined {
  const whole = diffPaths({ [input]: olds[input] ?? null }, { [input]: news[input] ?? null });
  if (whole.size === 0) return undefined;
  return whole.get(input) ?? "UPDATE";
}

/** Whole inputs: what inside them changed is not told. */
function diffImage({ olds, news }: DiffCall): DiffResult {
  const before = part(olds[inputsKey]);
  const detailedDiff: Record<string, { kind: DiffKind }> = {};
  for (const input of new Set([...Object.keys(before), ...Object.keys(news)])) {
    const kind = changeOf(input, before, news);
    if (kind && isWorthBuilding(input, before, news)) detailedDiff[input] = { kind };
  }
  const isChanged = Object.keys(detailedDiff).length > 0;
  return isChanged ? { changes: "DIFF_SOME", detailedDiff, hasDetailedDiff: true } : { changes: "DIFF_NONE" };
}

/** Whether a preview builds: only when told to, and when it knows enough. */
async function canPreview(inputs: PropertyMap, context: Context): Promise<boolean> {
  if (inputs.buildOnPreview === false) return false;
  const build = part(inputs.build);
  const needed: (Value | undefined)[] = [build.dockerfile, build.context, build.args, inputs.imageName];
  if (
    inputs.buildOnPreview !== UNKNOWN &&
    isObject(inputs.build) &&
    !needed.some((value) => containsUnknowns(value))
  )
    return true;
  const advice =
    inputs.buildOnPreview === UNKNOWN
      ? "buildOnPreview is unresolved; cannot build on preview. Continuing without preview image build. " +
        "To avoid this warning, set buildOnPreview explicitly, and ensure all inputs are resolved at preview."
      : "Minimum inputs for build are unresolved. Continuing without preview image build. " +
        "To avoid this warning, ensure image name, dockerfile, args, and context are resolved at preview.";
  await context.log("warning", advice);
  return false;
}

/** @param daemonConfig as Configure left it */
export function imageResource(daemonConfig: () => DaemonConfig): Resource {
  const make = async (
    properties: PropertyMap,
    preview: boolean,
    context: Context,
  ): Promise<PropertyMap | undefined> => {
    const inputs = withoutNulls(properties);
    if (preview && !(await canPreview(inputs, context))) return undefined;
    const image = parseImage(inputs);
    const built = await buildAndPush(await connect(daemonConfig()), image, preview, context);
    return {
      [inputsKey]: new Secret(inputs),
      baseImageName: image.imageName,
      context: image.build.context,
      dockerfile: built.dockerfile,
      imageName: image.imageName,
      platform: image.build.platform,
      registryServer: image.registry.server,
      repoDigest: built.repoDigest,
    };
  };

  return {
    check: checkImage,
    diff: async (call) => diffImage(call),
    async create({ properties, preview }, context) {
      const made = await make(properties, preview, context);
      return made ? { id: String(made.imageName), properties: made } : { id: "", properties };
    },
    // Nothing is read back: an image that is gone from its registry stays in the state.
    read: async ({ id, properties, inputs }) => ({ id, properties, inputs }),
    update: async ({ news, preview }, context) => (await make(news, preview, context)) ?? news,
    // Images are left where they are.
    delete: async () => {},
  };
}
