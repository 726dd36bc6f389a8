// The stand-in for pulumi-resource-tailscale: tailscale:index/tailnetKey:TailnetKey and tailscale:index/getDevice:getDevice.
import { createRequire } from "node:module";
import { diffConfig, settingText, unknownSettings } from "./planned/config.ts";
import { Diagnostic, plannedResource } from "./planned/resource.ts";
import { type PropertyMap, Secret, UNKNOWN, type Value } from "./properties.ts";
import { type Provider, ProviderError } from "./provider.ts";
import { TailscaleApi } from "./tailscale/api.ts";
import { credentialsFrom, secretSettings, settings } from "./tailscale/credentials.ts";
import { getDevice } from "./tailscale/device.ts";
import { tailnetKeyOperations, tailnetKeySchema } from "./tailscale/tailnetKey.ts";

const { version } = createRequire(import.meta.url)("@pulumi/tailscale/package.json");
const userAgent = `Pulumi/3.0 (https://www.pulumi.com) pulumi-tailscale/${version}`;

let configured: TailscaleApi | undefined;

function api(): TailscaleApi {
  if (!configured) throw new ProviderError("the tailscale provider is not configured");
  return configured;
}

function checkedSetting(key: string, value: Value): Value {
  const text = settingText(value);
  return secretSettings.includes(key) && text !== UNKNOWN && text !== null ? new Secret(text) : text;
}

function checkedSettings(news: PropertyMap): PropertyMap {
  const entries = Object.entries(news).map(([key, value]) => [key, checkedSetting(key, value)]);
  return { userAgent, ...Object.fromEntries(entries) };
}

export const tailscaleProvider: Provider = {
  name: "tailscale",
  resources: {
    "tailscale:index/tailnetKey:TailnetKey": plannedResource(
      "tailscale",
      tailnetKeySchema,
      tailnetKeyOperations(api),
    ),
  },
  functions: { "tailscale:index/getDevice:getDevice": (args, context) => getDevice(api(), args, context) },
  capabilities: { acceptResources: true, supportsAutonamingConfiguration: true },
  handshakes: false,
  checkConfig: async ({ news }) => ({
    inputs: checkedSettings(news),
    failures: unknownSettings("tailscale", settings, news),
  }),
  diffConfig,
  async configure(config, _variables, context) {
    try {
      configured = new TailscaleApi(credentialsFrom(config, process.env));
    } catch (error) {
      if (error instanceof Diagnostic) await context.log("error", error.logLine);
      throw error;
    }
  },
};
