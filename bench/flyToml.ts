/** The fly.toml of a machine that the bench makes, as the program writes it. */
import { parse } from "smol-toml";
import { flyTomlText } from "../components/fly/flyToml.ts";
import { agentsThatFit } from "../components/settings/agentsAtOnce.ts";
import { tailnetDomain } from "../local/platform/tailnet.ts";

export interface BenchMachine {
  appName: string;
  controlServer: string;
  /** Default: shared-cpu-1x. */
  size?: string;
  /** Default: 1024. */
  memoryMb?: number;
  /** Default: what fits. */
  agentsAtOnce?: number;
  /** Secrets besides those that every machine has. */
  extraSecretNames?: readonly string[];
}

export function benchToml(machine: BenchMachine): string {
  const { appName, controlServer, size = "shared-cpu-1x", memoryMb = 1024, extraSecretNames = [] } = machine;
  const { agentsAtOnce = agentsThatFit(size, memoryMb) } = machine;
  return flyTomlText({
    appName,
    region: "ams",
    size,
    memoryMb,
    tailnet: tailnetDomain,
    device: { controlServer, https: true, userspace: false, ssh: false, logs: false },
    agents: ["claude"],
    agentsAtOnce,
    extraSecretNames,
  });
}

/** What that fly.toml sets in the machine's environment. */
export function benchTomlEnvironment(machine: BenchMachine): Record<string, string> {
  return (parse(benchToml(machine)) as unknown as { env: Record<string, string> }).env;
}
