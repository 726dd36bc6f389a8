// docker:index/image:Image
import { type PropertyMap, Secret, withoutNulls } from "../properties.ts";
import { type Change, diffPaths } from "../propertyDiff.ts";
import type { Context, DiffCall, DiffResult, Resource } from "../provider.ts";
import { connect, type DaemonConfig } from "./daemon.ts";
import { buildImage } from "./imageBuild.ts";
import { checkImage } from "./imageCheck.ts";
import { inputs, parseImage, part } from "./imageInputs.ts";

/** The checked inputs. They are secret, since they contain the build's arguments. */
const inputsKey = "__inputs";

function changeOf(input: string, olds: PropertyMap, news: PropertyMap): Change | undefined {
  const whole = diffPaths({ [input]: olds[input] ?? null }, { [input]: news[input] ?? null });
  if (whole.size === 0) return undefined;
  return whole.get(input) ?? "UPDATE";
}

/** Names whole inputs, and not what changed inside them. */
function diffImage({ olds, news }: DiffCall): DiffResult {
  const before = part(olds[inputsKey]);
  const changes = [...new Set([...Object.keys(before), ...Object.keys(news)])].flatMap((input) => {
    const kind = changeOf(input, before, news);
    return kind ? [[input, { kind }] as const] : [];
  });
  if (changes.length === 0) return { changes: "DIFF_NONE" };
  return { changes: "DIFF_SOME", detailedDiff: Object.fromEntries(changes), hasDetailedDiff: true };
}

/** @param daemonConfig as Configure left it */
export function imageResource(daemonConfig: () => DaemonConfig): Resource {
  const make = async (properties: PropertyMap, context: Context): Promise<PropertyMap> => {
    const checked = withoutNulls(properties);
    const image = parseImage(checked);
    const repoDigest = await buildImage(await connect(daemonConfig()), image, context);
    return {
      [inputsKey]: new Secret(checked),
      baseImageName: image.imageName,
      context: image.context,
      dockerfile: "Dockerfile",
      imageName: image.imageName,
      platform: image.platform,
      registryServer: "",
      repoDigest,
    };
  };

  return {
    inputs,
    check: checkImage,
    diff: async (call) => diffImage(call),
    async create({ properties, preview }, context) {
      if (preview) return { id: "", properties };
      const made = await make(properties, context);
      return { id: String(made.imageName), properties: made };
    },
    // Nothing is read back: an image that is gone from the daemon stays in the state.
    read: async ({ id, properties, inputs }) => ({ id, properties, inputs }),
    update: async ({ news, preview }, context) => (preview ? news : make(news, context)),
    // Images are left where they are.
    delete: async () => {},
  };
}
