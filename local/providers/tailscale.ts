// The stand-in for pulumi-resource-tailscale: tailscale:index/tailnetKey:TailnetKey.
import { createRequire } from "node:module";
import { diffConfig, unknownSettings } from "./planned/config.ts";
import { Diagnostic, plannedResource } from "./planned/resource.ts";
import { type Provider, ProviderError } from "./provider.ts";
import { TailscaleApi } from "./tailscale/api.ts";
import { credentialsFrom } from "./tailscale/credentials.ts";
import { tailnetKeyInputs, tailnetKeyOperations, tailnetKeySchema } from "./tailscale/tailnetKey.ts";

const { version } = createRequire(import.meta.url)("@pulumi/tailscale/package.json");
const userAgent = `Pulumi/3.0 (https://www.pulumi.com) pulumi-tailscale/${version}`;

let configured: TailscaleApi | undefined;

function api(): TailscaleApi {
  if (!configured) throw new ProviderError("the tailscale provider is not configured");
  return configured;
}

export const tailscaleProvider: Provider = {
  name: "tailscale",
  resources: {
    "tailscale:index/tailnetKey:TailnetKey": plannedResource(
      { plugin: "tailscale", schema: tailnetKeySchema, inputs: tailnetKeyInputs },
      tailnetKeyOperations(api),
    ),
  },
  capabilities: { acceptResources: true, supportsAutonamingConfiguration: true },
  checkConfig: async ({ news }) => ({
    inputs: { userAgent, ...news },
    failures: unknownSettings("tailscale", news),
  }),
  diffConfig,
  async configure(_config, _variables, context) {
    try {
      configured = new TailscaleApi(credentialsFrom(process.env, userAgent));
    } catch (error) {
      if (error instanceof Diagnostic) await context.log("error", error.logLine);
      throw error;
    }
  },
};
