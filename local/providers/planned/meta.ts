// The version of a resource's schema, which its state carries along.
import type { PropertyMap } from "../properties.ts";
import { notServed, ProviderError } from "../provider.ts";

const metaKey = "__meta";

/** Nothing for version 0, which is also the version of a state that does not say. */
export function metaOf(schemaVersion: number): PropertyMap {
  return schemaVersion === 0 ? {} : { [metaKey]: JSON.stringify({ schema_version: String(schemaVersion) }) };
}

function versionOf(stored: PropertyMap): number {
  const meta = stored[metaKey];
  return typeof meta === "string" ? Number(JSON.parse(meta).schema_version ?? 0) : 0;
}

/**
 * Upstream brings older states up to date; the stand-ins do not, since they have written none.
 * @param prefix of the error about a newer state
 */
export function refuseOtherVersion(
  { plugin, type, schemaVersion }: { plugin: string; type: string; schemaVersion: number },
  stored: PropertyMap,
  prefix = "",
): void {
  const found = versionOf(stored);
  if (!Number.isInteger(found)) {
    throw new ProviderError(
      `${prefix}expected props["${metaKey}"]["schema_version"] to be an integer: ${String(stored[metaKey])}`,
    );
  }
  if (found > schemaVersion) {
    throw new ProviderError(
      `${prefix}The current state of ${type} was created by a newer provider version  and cannot be downgraded from ` +
        `resource schema version ${found} to ${schemaVersion}. Please upgrade the provider`,
    );
  }
  if (found < schemaVersion) {
    throw notServed(plugin, `a state of ${type} with schema version ${found}, only ${schemaVersion}`);
  }
}
