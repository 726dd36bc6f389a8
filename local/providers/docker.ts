// The stand-in for pulumi-resource-docker: docker:index/image:Image.
import { connect, type DaemonConfig, daemonConfig } from "./docker/daemon.ts";
import { imageResource } from "./docker/image.ts";
import type { PropertyMap } from "./properties.ts";
import { diffPaths } from "./propertyDiff.ts";
import { rootOf } from "./propertyPath.ts";
import type { CheckFailure, DiffCall, DiffResult, Provider } from "./provider.ts";

const settings = [
  "host",
  "caMaterial",
  "certMaterial",
  "keyMaterial",
  "certPath",
  "version",
  "pluginDownloadURL",
];

let daemon: DaemonConfig = {};

function unknownSettings(news: PropertyMap, name: string): CheckFailure[] {
  const reason = (key: string) =>
    `could not validate provider configuration: Invalid or unknown key. Examine values at '${name}.${key}'.`;
  return Object.keys(news)
    .filter((key) => !settings.includes(key))
    .map((key) => ({ property: "", reason: reason(key) }));
}

async function diffConfig({ oldInputs, news }: DiffCall): Promise<DiffResult> {
  const changes = [...diffPaths(oldInputs, news)];
  if (changes.length === 0) return {};
  return {
    changes: "DIFF_SOME",
    diffs: [...new Set(changes.map(([path]) => rootOf(path)))],
    detailedDiff: Object.fromEntries(changes.map(([path, kind]) => [path, { kind, inputDiff: true }])),
  };
}

export const dockerProvider: Provider = {
  name: "docker",
  resources: { "docker:index/image:Image": imageResource(() => daemon) },
  capabilities: { supportsAutonamingConfiguration: true },
  handshakes: false,
  checkConfig: async ({ news, name }) => ({ inputs: news, failures: unknownSettings(news, name) }),
  diffConfig,
  async configure(_config, variables) {
    daemon = daemonConfig(variables, process.env);
    await connect(daemon).catch((error) => {
      throw new Error(`docker native provider returned an unexpected error from Configure: ${error.message}`);
    });
  },
};
