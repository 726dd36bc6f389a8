// Check of docker:index/image:Image: defaults, the digest of the build context, and the errors that can be found before building.
import { statSync } from "node:fs";
import { isAbsolute, posix } from "node:path";
import { getSystemErrorMessage } from "node:util";
import { containsUnknowns, isObject, type PropertyMap, withoutNulls } from "../properties.ts";
import type { CheckCall, CheckResult, Context } from "../provider.ts";
import { contextDigest } from "./contextDigest.ts";
import { notServedFailures, parseBuild, parseRegistry } from "./imageInputs.ts";
import { registryAddress } from "./reference.ts";

const architectures: Record<string, string> = { x64: "amd64", ia32: "386" };
const hostPlatform = `linux/${architectures[process.arch] ?? process.arch}`;

const platformAdvice =
  `Building your image for ${hostPlatform} architecture.\n` +
  "To ensure you are building for the correct platform, consider explicitly setting the `platform` field on ImageBuildOptions.";

const exists = (path: string) => statSync(path, { throwIfNoEntry: false }) !== undefined;

function missingReason(path: string): string {
  try {
    statSync(path);
    return "";
  } catch (error) {
    return `stat ${path}: ${getSystemErrorMessage((error as NodeJS.ErrnoException).errno ?? 0)}`;
  }
}

function checkDockerfile(dockerfile: string, context: string): void {
  const reason = missingReason(dockerfile);
  if (reason === "") return;
  if (isAbsolute(dockerfile))
    throw new Error(`expected a relative Dockerfile path; got "${dockerfile}" instead: ${reason}`);
  const inContext = posix.join(context, dockerfile);
  const where = `could not open dockerfile at relative path "${dockerfile}"`;
  throw new Error(
    exists(inContext) ? `${where}. Try setting \`dockerfile\` to "${inContext}"` : `${where}: ${reason}`,
  );
}

/** Without the context's digest when the place of the Dockerfile is not known yet. */
async function checkedBuild(value: PropertyMap["string"] | undefined): Promise<PropertyMap> {
  const { context, dockerfile } = parseBuild(value);
  const given = isObject(value) ? value : {};
  const build = { ...given };
  if (!containsUnknowns(given.context)) build.context = context;
  if (containsUnknowns(given.dockerfile)) return build;
  checkDockerfile(dockerfile, context);
  return { ...build, dockerfile, contextDigest: await contextDigest(context, dockerfile) };
}

export async function checkImage({ news }: CheckCall, context: Context): Promise<CheckResult> {
  const given = withoutNulls(news);
  const failures = notServedFailures(given);
  if (failures.length > 0) return { inputs: given, failures };
  const inputs: PropertyMap = { ...given, buildOnPreview: given.buildOnPreview === true };
  if (given.build === undefined || isObject(given.build)) {
    const build = await checkedBuild(given.build);
    if (build.platform === undefined) {
      build.platform = hostPlatform;
      // Only where the program says something about the build does it hear about the platform it left open.
      await context.log("info", platformAdvice);
    }
    inputs.build = build;
  }
  if (given.skipPush !== true && typeof given.imageName === "string") {
    registryAddress(parseRegistry(given.registry).server, given.imageName);
  }
  return { inputs };
}
