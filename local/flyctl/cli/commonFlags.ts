import type { Flag } from "./flagSet.ts";

// Flags that more than one command takes.

export const app: Flag = { name: "app", short: "a", type: "string", help: "Application name" };
export const appConfig: Flag = {
  name: "config",
  short: "c",
  type: "string",
  help: "Path to application configuration file",
};
export const json: Flag = { name: "json", short: "j", type: "bool", help: "JSON output" };
export const org: Flag = { name: "org", short: "o", type: "string", help: "The target Fly.io organization" };
export const region: Flag = {
  name: "region",
  short: "r",
  type: "string",
  help: "The target region (see 'flyctl platform regions')",
};
export const yes: Flag = {
  name: "yes",
  short: "y",
  type: "bool",
  aliases: ["auto-confirm"],
  help: "Accept all confirmations (also --auto-confirm)",
};
export const image: Flag = { name: "image", short: "i", type: "string", help: "The Docker image to deploy" };
export const env: Flag = {
  name: "env",
  short: "e",
  type: "stringArray",
  help: "Set of environment variables in the form of NAME=VALUE pairs. Can be specified multiple times.",
};
export const detach: Flag = {
  name: "detach",
  type: "bool",
  help: "Return immediately instead of monitoring deployment progress",
};
export const dnsChecks: Flag = {
  name: "dns-checks",
  type: "bool",
  default: "true",
  help: "Perform DNS checks during deployment",
};
export const select: Flag = {
  name: "select",
  type: "bool",
  hidden: true,
  notEmulated: true,
  help: "Select from a list of machines",
};

export const machineSize: Flag[] = [
  {
    name: "vm-size",
    type: "string",
    help: 'The VM size to set machines to. See "fly platform vm-sizes" for valid values',
  },
  { name: "vm-cpus", type: "int", aliases: ["cpus"], help: "Number of CPUs (also --cpus)" },
  {
    name: "vm-cpu-kind",
    type: "string",
    aliases: ["vm-cpukind"],
    help: "The kind of CPU to use ('shared' or 'performance') (also --vm-cpukind)",
  },
  {
    name: "vm-memory",
    type: "string",
    aliases: ["memory"],
    help: "Memory (in megabytes) to attribute to the VM (also --memory)",
  },
  {
    name: "vm-max-memory",
    type: "string",
    hidden: true,
    help: "Maximum memory (in megabytes) to allow for the VM",
  },
  { name: "vm-gpus", type: "int", hidden: true, help: "GPU machines are no longer supported" },
  {
    name: "vm-gpu-kind",
    type: "string",
    aliases: ["vm-gpukind"],
    hidden: true,
    help: "GPU machines are no longer supported",
  },
  {
    name: "host-dedication-id",
    type: "string",
    help: "The dedication id of the reserved hosts for your organization (if any)",
  },
];

/** The flags of every command. */
export const globalFlags: Flag[] = [
  { name: "access-token", short: "t", type: "string", help: "Fly API Access Token" },
  { name: "verbose", type: "bool", help: "Verbose output" },
  { name: "debug", type: "bool", help: "Print additional logs and traces" },
];

/** Of `flyctl` itself only. */
export const versionFlag: Flag = { name: "version", short: "v", type: "bool", help: "version for flyctl" };
