import { parse } from "smol-toml";
import { flyTomlText } from "../../components/fly/flyToml.ts";
import { agentsThatFit } from "../../components/settings/agentsAtOnce.ts";

/** What the fly.toml of a client's machine sets in its environment. */
export function tomlEnvironment(
  appName: string,
  tailnet: string,
  extraSecretNames: string[],
): Record<string, string> {
  const settings = {
    appName,
    region: "ams",
    size: "shared-cpu-1x",
    memoryMb: 1024,
    tailnet,
    agents: ["claude"],
    agentsAtOnce: agentsThatFit("shared-cpu-1x", 1024),
    device: { controlServer: undefined, https: true, userspace: false, ssh: false, logs: false },
    extraSecretNames,
  };
  return (parse(flyTomlText(settings)) as unknown as { env: Record<string, string> }).env;
}
