import * as pulumi from "@pulumi/pulumi";

/**
 * Keeps the paths of this machine out of the state. Pulumi's SDK has the engine note with each resource from which lines it was made, and of
 * a program in ECMAScript modules it tells absolute paths. Nothing reads them. Can go when the SDK makes them relative to the project.
 */
export function omitSourcePositions(): void {
  Object.assign(pulumi.Resource, { stackTrace: () => [] });
}
