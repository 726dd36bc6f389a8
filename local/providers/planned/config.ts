// The settings of a provider that is bridged from Terraform. The program sets none: credentials are in the environment.
import type { PropertyMap } from "../properties.ts";
import { diffPaths } from "../propertyDiff.ts";
import { type CheckFailure, type DiffCall, type DiffResult, notServedText } from "../provider.ts";

/** Settings that the engine, or the plugin itself, adds to every provider. */
const enginesOwn = ["version", "pluginDownloadURL", "userAgent"];

export function unknownSettings(provider: string, config: PropertyMap): CheckFailure[] {
  return Object.keys(config)
    .filter((key) => !enginesOwn.includes(key) && !key.startsWith("__"))
    .map((key) => ({ property: "", reason: notServedText(provider, `the setting ${provider}:${key}`) }));
}

/** No change of a setting replaces the provider. */
export async function diffConfig({ oldInputs, news }: DiffCall): Promise<DiffResult> {
  const changes = [...diffPaths(oldInputs, news)];
  return {
    detailedDiff: Object.fromEntries(changes.map(([path, kind]) => [path, { kind, inputDiff: true }])),
    hasDetailedDiff: changes.length > 0,
  };
}
