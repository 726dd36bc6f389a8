import { parse } from "smol-toml";
import { flyTomlText } from "../../components/fly/flyToml.ts";
import { agentsThatFit } from "../../components/settings/agentsAtOnce.ts";
import { withDefaults } from "../../components/settings/table.ts";

/** The environment variables that the fly.toml of a client's machine sets. */
export function tomlEnvironment(
  appName: string,
  tailnet: string,
  extraSecretNames: string[],
): Record<string, string> {
  const { size, memoryMb, agents, tools } = withDefaults({});
  const settings = {
    appName,
    region: "ams",
    size,
    memoryMb,
    tailnet,
    agents,
    tools,
    agentsAtOnce: agentsThatFit(size, memoryMb),
    device: { controlServer: undefined, https: true, userspace: false, ssh: false, logs: false },
    extraSecretNames,
  };
  return (parse(flyTomlText(settings)) as unknown as { env: Record<string, string> }).env;
}
