import * as pulumi from "@pulumi/pulumi";
import * as rules from "./rules.ts";

/** Arguments of PaperclipOnFly. */
export interface PaperclipOnFlyArgs {
  /** Name of the Fly.io app and of the tailnet device: lowercase letters, digits and dashes, at most 63, unique across Fly.io. */
  appName: string;
  /** Slug of the Fly.io organization that owns the app. */
  organization: string;
  /** Fly.io region of machine and volume, e.g. `ams`. Fixed once the volume exists. */
  region: string;
  /** Fly.io machine preset, e.g. `shared-cpu-1x`. */
  size: string;
  /** Memory of the machine in MB, at least 1024, a multiple of 256. */
  memoryMb: number;
  /** Least size of the encrypted volume in GB, 1 to 500. It can grow, never shrink. */
  volumeSizeGb: number;
  /** Size in GB up to which Fly.io extends the volume by itself, 1 GB at a time, when it is 80 % full. Default: it never does. */
  volumeLimitGb?: number;
  /** Days that the volume's daily snapshots are kept, 1 to 60. */
  snapshotRetentionDays: number;
  /** DNS name of the tailnet, e.g. `tail1234.ts.net`. */
  tailnet: string;
  /** Tailscale tags of the device, each `tag:NAME`; the Tailscale credential has to own them. */
  tags: string[];
  /** URL of the control server, e.g. of a Headscale, which offers no HTTPS certificates. Default: Tailscale's own. */
  controlServer?: string;
  /** Serve over HTTPS with a certificate. Default: true. A Headscale has none: false serves plain HTTP over WireGuard. */
  tailnetHttps?: boolean;
  /**
   * Run tailscaled without a network device. Default: false. What is served stays the same; programs in the machine get no route into
   * the tailnet.
   */
  tailscaleUserspace?: boolean;
  /** Offer Tailscale SSH into the machine, to whom the tailnet's policy allows it. Default: false. */
  tailscaleSsh?: boolean;
  /** Send tailscaled's log to Tailscale. Default: false. A tailnet with network flow logs lets no device run without. */
  tailscaleLogs?: boolean;
  /** A prebuilt image, HOST/NAME@sha256:…. Default: built from `docker/` and pushed to Fly.io's registry, which needs Docker. */
  image?: string;
  /** Build arguments of `docker/Dockerfile`. Default: none. */
  imageBuildArgs?: Record<string, string>;
  /** Anthropic API key for the agents. It goes before a token. Default: none. */
  anthropicKey?: pulumi.Input<string>;
  /** Token of a Claude subscription for the agents, of the account's owner himself. Default: none. */
  claudeToken?: pulumi.Input<string>;
  /** Agents whose programs the image carries and that Paperclip offers, of `claude` and `codex`. Default: `claude`. */
  agents?: string[];
  /** How many agents work at once, at most, 1 to 50; further runs wait. Default: what memory and CPU have room for (see agentsAtOnce.ts). */
  agentsAtOnce?: number;
  /** Further secrets for Paperclip and its agents, by the names of their environment variables. Default: none. */
  extraSecrets?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * Checks the arguments.
 *
 * @throws pulumi.InputPropertiesError with every argument that is wrong, by its property path.
 */
export function checkArgs(args: PaperclipOnFlyArgs): PaperclipOnFlyArgs {
  const reasons: Partial<Record<keyof PaperclipOnFlyArgs, string | undefined>> = {
    appName: rules.appNameProblem(args.appName),
    organization: rules.organizationProblem(args.organization),
    region: rules.regionProblem(args.region),
    size: rules.sizeProblem(args.size),
    memoryMb: rules.memoryProblem(args.memoryMb, args.size),
    volumeSizeGb: rules.volumeSizeProblem(args.volumeSizeGb),
    volumeLimitGb:
      args.volumeLimitGb === undefined
        ? undefined
        : rules.volumeLimitProblem(args.volumeLimitGb, args.volumeSizeGb),
    snapshotRetentionDays: rules.snapshotRetentionProblem(args.snapshotRetentionDays),
    tailnet: rules.tailnetProblem(args.tailnet),
    tags: rules.tagsProblem(args.tags),
    controlServer:
      args.controlServer === undefined ? undefined : rules.controlServerProblem(args.controlServer),
    agents: args.agents === undefined ? undefined : rules.agentsProblem(args.agents),
    agentsAtOnce: args.agentsAtOnce === undefined ? undefined : rules.agentsAtOnceProblem(args.agentsAtOnce),
    image: args.image === undefined ? undefined : rules.imageProblem(args.image),
  };
  const errors = Object.entries(reasons).flatMap(([propertyPath, reason]) =>
    reason
      ? [
          {
            propertyPath,
            reason: `${JSON.stringify(args[propertyPath as keyof PaperclipOnFlyArgs])} ${reason}`,
          },
        ]
      : [],
  );
  if (errors.length > 0)
    throw new pulumi.InputPropertiesError({ message: "PaperclipOnFly cannot be made", errors });
  return args;
}
