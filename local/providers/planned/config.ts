// The settings of a provider that is bridged from Terraform.
import type { PropertyMap, Value } from "../properties.ts";
import { diffPaths } from "../propertyDiff.ts";
import type { CheckFailure, DiffCall, DiffResult } from "../provider.ts";

/** Settings the engine adds to every provider. */
const enginesOwn = ["version", "pluginDownloadURL"];

export function unknownSettings(provider: string, known: string[], config: PropertyMap): CheckFailure[] {
  const reason = (key: string) =>
    `\`${provider}:${key}\` is not a valid configuration key for the ${provider} provider. If the referenced key is not intended ` +
    `for the provider, please choose a different namespace from \`${provider}:\`.`;
  return Object.keys(config)
    .filter((key) => !known.includes(key) && !enginesOwn.includes(key) && !key.startsWith("__"))
    .map((key) => ({ property: "", reason: reason(key) }));
}

/** Settings are strings; what is not one travels as JSON. */
export function settingText(value: Value): Value {
  if (typeof value === "number" || typeof value === "boolean" || Array.isArray(value))
    return JSON.stringify(value);
  return value;
}

/** No change of a setting replaces the provider. */
export async function diffConfig({ oldInputs, news }: DiffCall): Promise<DiffResult> {
  const changes = [...diffPaths(oldInputs, news)];
  return {
    detailedDiff: Object.fromEntries(changes.map(([path, kind]) => [path, { kind, inputDiff: true }])),
    hasDetailedDiff: changes.length > 0,
  };
}
