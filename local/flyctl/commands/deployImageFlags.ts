import { image } from "../cli/commonFlags.ts";
import type { Flag } from "../cli/flagSet.ts";

/** What decides how an image is made or found. Building is not emulated, so that most of it can change nothing. */
export const deployImageFlags: Flag[] = [
  image,
  {
    name: "remote-only",
    type: "bool",
    help:
      "Perform builds on a remote builder instance instead of using the local docker daemon. This is the default. " +
      "Use --local-only to build locally.",
  },
  {
    name: "local-only",
    type: "bool",
    notEmulated: true,
    help: "Perform builds locally using the local docker daemon. The default is --remote-only.",
  },
  { name: "push", type: "bool", help: "Push image to registry after build is complete" },
  {
    name: "wg",
    type: "bool",
    default: "true",
    help: "Determines whether communication with remote builders are conducted over wireguard or plain internet(https)",
  },
  {
    name: "https-failover",
    type: "bool",
    default: "true",
    aliases: ["http-failover"],
    help:
      "Determines whether to failover to plain internet(https) communication with remote builders if wireguard fails " +
      "(also --http-failover)",
  },
  {
    name: "dockerfile",
    type: "string",
    help: "Path to a Dockerfile. Defaults to the Dockerfile in the working directory.",
  },
  {
    name: "ignorefile",
    type: "string",
    help: "Path to a Docker ignore file. Defaults to the .dockerignore file in the working directory.",
  },
  {
    name: "image-label",
    type: "string",
    help: 'Image label to use when tagging and pushing to the fly registry. Defaults to "deployment-{timestamp}".',
  },
  {
    name: "build-arg",
    type: "stringArray",
    help: "Set of build time variables in the form of NAME=VALUE pairs. Can be specified multiple times.",
  },
  {
    name: "build-secret",
    type: "stringArray",
    help:
      "Set of build secrets of NAME=VALUE pairs. Can be specified multiple times. See " +
      "https://docs.docker.com/engine/reference/commandline/buildx_build/#secret",
  },
  {
    name: "build-target",
    type: "string",
    help: "Set the target build stage to build if the Dockerfile has more than one stage",
  },
  {
    name: "build-context-warn-size",
    type: "string",
    help:
      "Warn when the Docker build context is larger than this. Accepts a plain number (in MB) or a human-readable size " +
      "(e.g. 512mb, 1gb). Set to 0 to disable. Also set with FLY_BUILD_CONTEXT_WARN_SIZE.",
  },
  { name: "no-cache", type: "bool", help: "Do not use the build cache when building the image" },
  {
    name: "depot",
    type: "string",
    default: "auto",
    bare: "true",
    help: "Deploy using depot to build the image",
  },
  {
    name: "depot-scope",
    type: "string",
    default: "org",
    help: "The scope of the Depot builder's cache to use (org or app)",
  },
  {
    name: "builder-pool",
    type: "string",
    default: "auto",
    bare: "true",
    hidden: true,
    notEmulated: true,
    help: "Experimental: Use pooled builder from Fly.io",
  },
  { name: "nixpacks", type: "bool", notEmulated: true, help: "Deploy using nixpacks to build the image" },
  { name: "buildkit", type: "bool", notEmulated: true, help: "Deploy using buildkit-based remote builder" },
  {
    name: "buildkit-addr",
    type: "string",
    hidden: true,
    notEmulated: true,
    help: "Address of remote buildkit daemon (e.g. tcp://127.0.0.1:1234 or unix:///path/to/socket)",
  },
  {
    name: "buildkit-image",
    type: "string",
    hidden: true,
    notEmulated: true,
    help: "Image to use for remote buildkit daemon",
  },
  { name: "build-only", type: "bool", notEmulated: true, help: "Build but do not deploy" },
  { name: "recreate-builder", type: "bool", help: "Recreate the builder app, if it exists" },
  { name: "label", type: "stringArray", help: "Add custom metadata to an image via docker labels" },
  {
    name: "compression",
    type: "string",
    default: "gzip",
    help: 'Compression algorithm to use for the image. Options are "zstd" or "gzip". Defaults to "gzip".',
  },
  {
    name: "compression-level",
    type: "int",
    default: "7",
    help: "Compression level to use for the image. Defaults to 7.",
  },
  {
    name: "buildpacks-docker-host",
    type: "string",
    help: `Address to docker daemon that will be exposed to the build container.
If not set (or set to empty string) the standard socket location will be used.
Special value 'inherit' may be used in which case DOCKER_HOST environment variable will be used.
This option may set DOCKER_HOST environment variable for the build container if needed.
`,
  },
  {
    name: "buildpacks-volume",
    type: "strings",
    help: `Mount host volume into the build container, in the form '<host path>:<target path>[:<options>]'.
- 'host path': Name of the volume or absolute directory path to mount.
- 'target path': The path where the file or directory is available in the container.
- 'options' (default "ro"): An optional comma separated list of mount options.
    - "ro", volume contents are read-only.
    - "rw", volume contents are readable and writeable.
    - "volume-opt=<key>=<value>", can be specified more than once, takes a key-value pair consisting of the option name and its value.
Repeat for each volume in order (comma-separated lists not accepted)
`,
  },
];
