// The version of a resource's schema, which its state carries along.
import type { PropertyMap } from "../properties.ts";
import { notServed } from "../provider.ts";

const metaKey = "__meta";

/** Nothing for version 0, which is also the version of a state that does not say. */
export function metaOf(schemaVersion: number): PropertyMap {
  return schemaVersion === 0 ? {} : { [metaKey]: JSON.stringify({ schema_version: String(schemaVersion) }) };
}

/** The real plugins bring an older state up to date. The stand-ins have written none. */
export function refuseOtherVersion(
  { plugin, type, schemaVersion }: { plugin: string; type: string; schemaVersion: number },
  stored: PropertyMap,
): void {
  const meta = stored[metaKey];
  const found = typeof meta === "string" ? Number(JSON.parse(meta).schema_version ?? 0) : 0;
  if (found === schemaVersion) return;
  throw notServed(plugin, `a state of ${type} with schema version ${found}, only ${schemaVersion}`);
}
