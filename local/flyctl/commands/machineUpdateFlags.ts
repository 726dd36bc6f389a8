import { app, appConfig, detach, env, image, machineSize, select, yes } from "../cli/commonFlags.ts";
import type { Flag } from "../cli/flagSet.ts";

const notEmulated = { notEmulated: true };
const hidden = { hidden: true };

/** What decides how an image is built, which is not emulated. */
const buildFlags: Flag[] = [
  { name: "build-only", type: "bool", ...hidden, help: "Only build the image without running the machine" },
  {
    name: "build-remote-only",
    type: "bool",
    ...hidden,
    help: "Perform builds remotely without using the local docker daemon",
  },
  {
    name: "build-local-only",
    type: "bool",
    ...hidden,
    ...notEmulated,
    help: "Only perform builds locally using the local docker daemon",
  },
  { name: "build-depot", type: "bool", ...notEmulated, help: "Build your image with depot.dev" },
  { name: "build-nixpacks", type: "bool", ...notEmulated, help: "Build your image with nixpacks" },
  {
    name: "dockerfile",
    type: "string",
    ...notEmulated,
    help: "The path to a Dockerfile. Defaults to the Dockerfile in the working directory.",
  },
  {
    name: "build-arg",
    type: "stringArray",
    ...hidden,
    help: "Set of build time variables in the form of NAME=VALUE pairs. Can be specified multiple times.",
  },
  {
    name: "image-label",
    type: "string",
    ...hidden,
    help: 'Image label to use when tagging and pushing to the fly registry. Defaults to "deployment-{timestamp}".',
  },
  {
    name: "build-target",
    type: "string",
    ...hidden,
    help: "Set the target build stage to build if the Dockerfile has more than one stage",
  },
  {
    name: "build-context-warn-size",
    type: "string",
    help:
      "Warn when the Docker build context is larger than this. Accepts a plain number (in MB) or a human-readable size " +
      "(e.g. 512mb, 1gb). Set to 0 to disable. Also set with FLY_BUILD_CONTEXT_WARN_SIZE.",
  },
  { name: "no-build-cache", type: "bool", ...hidden, help: "Do not use the cache when building the image" },
  { name: "buildkit", type: "bool", ...notEmulated, help: "Deploy using buildkit-based remote builder" },
];

const configFlags: Flag[] = [
  {
    name: "port",
    short: "p",
    type: "strings",
    help: `The external ports and handlers for services, in the format: port[:machinePort][/protocol[:handler[:handler...]]])
	For example: --port 80/tcp --port 443:80/tcp:http:tls --port 5432/tcp:pg_tls
	To remove a port mapping use '-' as handler. For example: --port 80/tcp:-`,
  },
  env,
  { name: "entrypoint", type: "string", help: "The command to override the Docker ENTRYPOINT." },
  {
    name: "machine-config",
    type: "string",
    ...notEmulated,
    help: "Read machine config from json file or string",
  },
  {
    name: "kernel-arg",
    type: "stringArray",
    help: "A list of kernel arguments to provide to the init. Can be specified multiple times.",
  },
  {
    name: "metadata",
    short: "m",
    type: "stringArray",
    help: "Metadata in the form of NAME=VALUE pairs. Can be specified multiple times.",
  },
  {
    name: "schedule",
    type: "string",
    help: "Schedule a Machine run at hourly, daily, weekly and monthly intervals",
  },
  {
    name: "skip-dns-registration",
    type: "bool",
    help: "Do not register the machine's 6PN IP with the internal DNS system",
  },
  {
    name: "autostart",
    type: "bool",
    default: "true",
    help: "Automatically start a stopped Machine when a network request is received",
  },
  {
    name: "autostop",
    type: "string",
    default: "off",
    bare: "stop",
    help:
      "Automatically stop a Machine when there are no network requests for it. Options include 'off', 'stop', and " +
      "'suspend'.",
  },
  {
    name: "restart",
    type: "string",
    help: `Set the restart policy for a Machine. Options include 'no', 'always', and 'on-failure'.
	Default is 'on-failure' for Machines created by 'fly deploy' and Machines with a schedule. Default is 'always' for Machines created by 'fly m run'.`,
  },
  {
    name: "standby-for",
    type: "strings",
    help: "For Machines without services, a comma separated list of Machine IDs to act as standby for.",
  },
  {
    name: "file-local",
    type: "stringArray",
    help:
      "Set of files to write to the Machine, in the form of /path/inside/machine=<local/path> pairs. Can be specified " +
      "multiple times.",
  },
  {
    name: "file-literal",
    type: "stringArray",
    help:
      "Set of literals to write to the Machine, in the form of /path/inside/machine=VALUE pairs, where VALUE is the " +
      "base64-encoded raw content. Can be specified multiple times.",
  },
  {
    name: "file-secret",
    type: "stringArray",
    help:
      "Set of secrets to write to the Machine, in the form of /path/inside/machine=SECRET pairs, where SECRET is the " +
      "name of the secret. The content of the secret must be base64 encoded. Can be specified multiple times.",
  },
  ...machineSize,
  {
    name: "rootfs-persist",
    type: "string",
    help: "Whether to persist the root filesystem across restarts. Options include 'never', 'always', and 'restart'.",
  },
  {
    name: "rootfs-size",
    type: "string",
    help:
      "Root filesystem size in GB. Accepts a plain number (in GB) or a human-readable size (e.g. 2gb, 5gb). Uses an " +
      "overlayfs to allow the root filesystem to exceed its default size. Set to 0 to unset.",
  },
  {
    name: "swap-size",
    type: "string",
    help: "Swap size in MB. Accepts a plain number (in MB) or a human-readable size (e.g. 512mb, 1gb).",
  },
  {
    name: "cachedrive-size",
    type: "string",
    help:
      "Cache drive size in MB. Accepts a plain number (in MB) or a human-readable size (e.g. 512mb, 10gb). Set to 0 " +
      "to disable.",
  },
  { name: "command", short: "C", type: "string", help: "Command to run" },
  { name: "mount-point", type: "string", help: "New volume mount point" },
  {
    name: "container",
    type: "string",
    help: 'Container to update with the new image, files, etc; defaults to "app" or the first container in the config.',
  },
];

export const machineUpdateFlags: Flag[] = [
  app,
  appConfig,
  image,
  detach,
  ...buildFlags,
  ...configFlags,
  yes,
  select,
  { name: "skip-start", type: "bool", help: "Updates machine without starting it." },
  { name: "skip-health-checks", type: "bool", help: "Updates machine without waiting for health checks." },
  {
    name: "wait-timeout",
    type: "int",
    default: "300",
    help: "Seconds to wait for individual machines to transition states and become healthy. (default 300)",
  },
];
