// Check of docker:index/image:Image: defaults, the digest of the build context, and the errors that can be found before building.
import { statSync } from "node:fs";
import { getSystemErrorMessage } from "node:util";
import { containsUnknowns, isObject, type PropertyMap, type Value, withoutNulls } from "../properties.ts";
import type { CheckCall, CheckResult, Context } from "../provider.ts";
import { contextDigest } from "./contextDigest.ts";
import { dockerfileOf, refusals } from "./imageInputs.ts";

const architectures: Record<string, string> = { x64: "amd64", ia32: "386" };
const hostPlatform = `linux/${architectures[process.arch] ?? process.arch}`;

const platformAdvice =
  `Building your image for ${hostPlatform} architecture.\n` +
  "To ensure you are building for the correct platform, consider explicitly setting the `platform` field on ImageBuildOptions.";

function checkDockerfile(dockerfile: string): void {
  try {
    statSync(dockerfile);
  } catch (error) {
    const reason = getSystemErrorMessage((error as NodeJS.ErrnoException).errno ?? 0);
    throw new Error(
      `could not open dockerfile at relative path "${dockerfile}": stat ${dockerfile}: ${reason}`,
    );
  }
}

/** Without the context's digest when the context is not known yet. */
async function checkedBuild(given: PropertyMap): Promise<PropertyMap> {
  if (containsUnknowns(given.context)) return given;
  const context = String(given.context ?? ".");
  const dockerfile = dockerfileOf(context);
  checkDockerfile(dockerfile);
  return { ...given, context, dockerfile, contextDigest: await contextDigest(context) };
}

export async function checkImage({ news }: CheckCall, context: Context): Promise<CheckResult> {
  const given = withoutNulls(news);
  const failures = refusals(given);
  if (failures.length > 0) return { inputs: given, failures };
  const checked: PropertyMap = { ...given, buildOnPreview: false };
  const wanted: Value | undefined = given.build ?? {};
  if (!isObject(wanted)) return { inputs: checked };
  const build = await checkedBuild(wanted);
  if (build.platform === undefined) {
    build.platform = hostPlatform;
    // A build that is not known yet gets no advice.
    await context.log("info", platformAdvice);
  }
  return { inputs: { ...checked, build } };
}
