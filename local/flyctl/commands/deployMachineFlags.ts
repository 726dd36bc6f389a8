import { env, machineSize } from "../cli/commonFlags.ts";
import type { Flag } from "../cli/flagSet.ts";

const severalMayBeGiven =
  "Multiple regions can be specified with comma separated values or by providing the flag multiple times.";
const severalIds = severalMayBeGiven.replace("regions", "IDs");

/** Which machines a deploy touches, and what becomes of them. */
export const deployMachineFlags: Flag[] = [
  ...machineSize,
  env,
  {
    name: "force-machines",
    type: "bool",
    hidden: true,
    help: "Use the Apps v2 platform built with Machines",
  },
  {
    name: "ha",
    type: "bool",
    default: "true",
    help: "Create spare machines that increases app availability",
  },
  { name: "no-public-ips", type: "bool", help: "Do not allocate any new public IP addresses" },
  { name: "flycast", type: "bool", help: "Allocate a private IPv6 addresses" },
  {
    name: "file-local",
    type: "stringArray",
    help: "Set of files in the form of /path/inside/machine=<local/path> pairs. Can be specified multiple times.",
  },
  {
    name: "file-literal",
    type: "stringArray",
    help:
      "Set of literals in the form of /path/inside/machine=VALUE pairs where VALUE is the content. Can be specified " +
      "multiple times.",
  },
  {
    name: "file-secret",
    type: "stringArray",
    help:
      "Set of secrets in the form of /path/inside/machine=SECRET pairs where SECRET is the name of the secret. Can be " +
      "specified multiple times.",
  },
  { name: "primary-region", type: "string", help: "Override primary region in fly.toml configuration." },
  {
    name: "regions",
    type: "strings",
    aliases: ["only-regions"],
    help: `Deploy to machines only in these regions. ${severalMayBeGiven}`,
  },
  {
    name: "exclude-regions",
    type: "strings",
    help: `Deploy to all machines except machines in these regions. ${severalMayBeGiven}`,
  },
  { name: "only-machines", type: "strings", help: `Deploy to machines only with these IDs. ${severalIds}` },
  {
    name: "exclude-machines",
    type: "strings",
    help: `Deploy to all machines except machines with these IDs. ${severalIds}`,
  },
  { name: "process-groups", type: "strings", help: "Deploy to machines only in these process groups" },
  {
    name: "volume-initial-size",
    type: "int",
    help: "The initial size in GB for volumes created on first deploy",
  },
  { name: "update-only", type: "bool", help: "Do not create Machines for new process groups" },
];
