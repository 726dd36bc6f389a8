// The stand-in for pulumi-resource-docker: docker:index/image:Image.
import { connect, type DaemonConfig, daemonConfig } from "./docker/daemon.ts";
import { imageResource } from "./docker/image.ts";
import type { PropertyMap } from "./properties.ts";
import { diffPaths, rootOf } from "./propertyDiff.ts";
import {
  type CheckFailure,
  type DiffCall,
  type DiffResult,
  notServedText,
  type Provider,
} from "./provider.ts";

const settings = ["host", "version", "pluginDownloadURL"];

let daemon: DaemonConfig = {};

function unknownSettings(news: PropertyMap): CheckFailure[] {
  return Object.keys(news)
    .filter((key) => !settings.includes(key))
    .map((key) => ({ property: "", reason: notServedText("docker", `the setting docker:${key}`) }));
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
  checkConfig: async ({ news }) => ({ inputs: news, failures: unknownSettings(news) }),
  diffConfig,
  async configure(_config, variables) {
    daemon = daemonConfig(variables, process.env);
    await connect(daemon).catch((error) => {
      throw new Error(`docker native provider returned an unexpected error from Configure: ${error.message}`);
    });
  },
};
