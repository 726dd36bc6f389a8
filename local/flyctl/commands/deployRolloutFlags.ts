import { detach, dnsChecks } from "../cli/commonFlags.ts";
import type { Flag } from "../cli/flagSet.ts";

/** How a deploy goes about it. */
export const deployRolloutFlags: Flag[] = [
  { name: "now", type: "bool", help: "Deploy now without confirmation" },
  detach,
  {
    name: "strategy",
    type: "string",
    help:
      "The strategy for replacing running instances. Options are canary, rolling, bluegreen, or immediate. The default " +
      "strategy is rolling.",
  },
  {
    name: "wait-timeout",
    type: "string",
    default: "5m0s",
    help: "Time duration to wait for individual machines to transition states and become healthy.",
  },
  {
    name: "release-command-timeout",
    type: "string",
    default: "5m0s",
    help: "Time duration to wait for a release command finish running, or 'none' to disable.",
  },
  {
    name: "lease-timeout",
    type: "string",
    default: "13s",
    help:
      "Time duration to lease individual machines while running deployment. All machines are leased at the beginning " +
      "and released at the end.The lease is refreshed periodically for this same time, which is why it is short." +
      "flyctl releases leases in most cases.",
  },
  { name: "smoke-checks", type: "bool", default: "true", help: "Perform smoke checks during deployment" },
  dnsChecks,
  {
    name: "max-unavailable",
    type: "float",
    default: "0.33",
    help:
      "Max number of unavailable machines during rolling updates. A number between 0 and 1 means percent of total " +
      "machines",
  },
  {
    name: "max-concurrent",
    type: "int",
    default: "8",
    help: "Maximum number of machines to operate on concurrently.",
  },
  {
    name: "immediate-max-concurrent",
    type: "int",
    default: "8",
    hidden: true,
    help: "Maximum number of machines to update concurrently when using the immediate deployment strategy.",
  },
  {
    name: "signal",
    short: "s",
    type: "string",
    help: "Signal to stop the machine with for bluegreen strategy (default: SIGINT)",
  },
  {
    name: "deploy-retries",
    type: "string",
    default: "auto",
    help: "Number of times to retry a deployment if it fails",
  },
  {
    name: "skip-release-command",
    type: "bool",
    help: "Do not run the release command during deployment.",
  },
  {
    name: "export-manifest",
    type: "string",
    hidden: true,
    notEmulated: true,
    help: "Specify a file to export the deployment configuration to a deploy manifest file, or '-' to print to stdout.",
  },
  {
    name: "from-manifest",
    type: "string",
    hidden: true,
    notEmulated: true,
    help: "Path to a deploy manifest file to use for deployment.",
  },
];
