// The stand-in for pulumi-resource-random: random:index/randomBytes:RandomBytes and random:index/randomPassword:RandomPassword.
import { diffConfig, unknownSettings } from "./planned/config.ts";
import { plannedResource } from "./planned/resource.ts";
import type { Provider } from "./provider.ts";
import { bytesOperations, bytesSchema } from "./random/bytes.ts";
import { passwordOperations, passwordSchema, passwordSchemaVersion } from "./random/password.ts";

export const randomProvider: Provider = {
  name: "random",
  resources: {
    "random:index/randomBytes:RandomBytes": plannedResource("random", bytesSchema, bytesOperations),
    "random:index/randomPassword:RandomPassword": plannedResource(
      "random",
      passwordSchema,
      passwordOperations,
      { schemaVersion: passwordSchemaVersion },
    ),
  },
  capabilities: { acceptResources: true, supportsAutonamingConfiguration: true },
  handshakes: false,
  checkConfig: async ({ news }) => ({ inputs: news, failures: unknownSettings("random", [], news) }),
  diffConfig,
  configure: async () => {},
};
