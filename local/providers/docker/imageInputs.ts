// The inputs of docker:index/image:Image, with the defaults that Check writes into them.
import { posix } from "node:path";
import { isObject, type PropertyMap, revealMap, type Value } from "../properties.ts";
import { type CheckFailure, notServedFailures, notServedText } from "../provider.ts";

export interface ImageInput {
  imageName: string;
  context: string;
  args: Record<string, string>;
  platform: string;
}

/** The SDK sends buildOnPreview by itself. */
export const inputs = [
  "imageName",
  "skipPush",
  "buildOnPreview",
  "build.context",
  "build.args",
  "build.platform",
];

export const part = (value: Value | undefined): PropertyMap => (isObject(value) ? value : {});
const text = (value: Value | undefined): string => (typeof value === "string" ? value : "");

/** What the real plugin would take, or overlook, and the stand-in does not serve. */
export function refusals(news: PropertyMap): CheckFailure[] {
  const paths = Object.entries(news).flatMap(([key, value]) =>
    key === "build" && isObject(value) ? Object.keys(value).map((inner) => `build.${inner}`) : [key],
  );
  const strangers = paths.filter((path) => !inputs.includes(path));
  const failures = notServedFailures("docker", strangers);
  if (news.skipPush !== true)
    failures.push({ property: "skipPush", reason: notServedText("docker", "a push: set skipPush") });
  if (news.buildOnPreview !== undefined && news.buildOnPreview !== false)
    failures.push({
      property: "buildOnPreview",
      reason: notServedText("docker", "a build in a preview: leave out buildOnPreview"),
    });
  return failures;
}

export const dockerfileOf = (context: string) => posix.join(context, "Dockerfile");

/** Of what Check has answered. */
export function parseImage(properties: PropertyMap): ImageInput {
  const { imageName, build } = revealMap(properties);
  const { context, args, platform } = part(build);
  const known = Object.entries(part(args)).filter(([, value]) => typeof value === "string");
  return {
    imageName: text(imageName),
    context: text(context ?? "."),
    args: Object.fromEntries(known) as Record<string, string>,
    platform: text(platform),
  };
}
