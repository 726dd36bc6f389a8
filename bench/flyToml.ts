/** The fly.toml of a machine that the bench makes, as the program writes it. */
import { parse } from "smol-toml";
import { flyTomlText } from "../components/fly/flyToml.ts";
import { agentsThatFit } from "../components/settings/agentsAtOnce.ts";
import { withDefaults } from "../components/settings/table.ts";
import { tailnetDomain } from "../local/platform/tailnet.ts";

export interface BenchMachine {
  appName: string;
  controlServer: string;
  /** Default: the component's. */
  size?: string;
  /** Default: the component's. */
  memoryMb?: number;
  /** Default: as many as fit into the memory. */
  agentsAtOnce?: number;
  /** Secrets besides those that every machine has. */
  extraSecretNames?: readonly string[];
}

export function benchToml(machine: BenchMachine): string {
  const { appName, controlServer, extraSecretNames = [] } = machine;
  const { size, memoryMb, agents, tools } = withDefaults(machine);
  const { agentsAtOnce = agentsThatFit(size, memoryMb) } = machine;
  return flyTomlText({
    appName,
    region: "ams",
    size,
    memoryMb,
    tailnet: tailnetDomain,
    device: { controlServer, https: true, userspace: false, ssh: false, logs: false },
    agents,
    tools,
    agentsAtOnce,
    extraSecretNames,
  });
}

/** The environment variables that this fly.toml sets in the machine. */
export function benchTomlEnvironment(machine: BenchMachine): Record<string, string> {
  return (parse(benchToml(machine)) as unknown as { env: Record<string, string> }).env;
}
