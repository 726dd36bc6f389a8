// The variables that the image sets for Paperclip (../../lib/server.sh), and Paperclip's own that the image reads. Paperclip ignores a variable
// that it has renamed, silently. A test compares the list with what the start really sets.
const server = "@paperclipai/server/dist";
const config = `${server}/config.js`;
const ours = ["docker/lib/server.sh"];

/** `has` is how Paperclip reads the variable, with the value that it is compared to. */
export const variable = (name, file, has, otherwise, readers = ours) => ({
  name: `Paperclip reads the variable ${name}`,
  variable: name,
  file,
  has: [has].flat(),
  ours: readers,
  otherwise,
});

export const variables = [
  variable(
    "PAPERCLIP_DEPLOYMENT_MODE",
    config,
    "deploymentModeFromEnvRaw = process.env.PAPERCLIP_DEPLOYMENT_MODE;",
    "a volume with a config of its own decides whether anybody has to sign in",
  ),
  variable(
    "PAPERCLIP_DEPLOYMENT_EXPOSURE",
    config,
    "deploymentExposureFromEnvRaw = process.env.PAPERCLIP_DEPLOYMENT_EXPOSURE;",
    "a volume with a config of its own decides for which addresses Paperclip answers",
  ),
  variable(
    "PAPERCLIP_DISABLE_CWD_ENV_FILE",
    `${server}/env-file-policy.js`,
    'env.PAPERCLIP_DISABLE_CWD_ENV_FILE !== "true"',
    "a file .env in the server's folder sets variables of the server",
  ),
  variable(
    "TRUST_PROXY",
    `${server}/app.js`,
    "parseTrustProxyEnv(process.env.TRUST_PROXY)",
    "Paperclip sees 127.0.0.1 for everybody, and one who guesses passwords locks all others out",
  ),
  variable(
    "BETTER_AUTH_SECRET",
    `${server}/auth/better-auth.js`,
    "const secret = process.env.BETTER_AUTH_SECRET",
    "sessions are signed with another secret, or Paperclip does not start",
  ),
  variable(
    "PAPERCLIP_IMPORT_ZIP_MAX_BYTES",
    `${server}/http/body-limits.js`,
    "Number(process.env.PAPERCLIP_IMPORT_ZIP_MAX_BYTES)",
    "a company package of up to 1 GB is taken into memory, which ends the server",
  ),
  variable(
    "PAPERCLIP_ATTACHMENT_MAX_BYTES",
    `${server}/attachment-types.js`,
    "Number(process.env.PAPERCLIP_ATTACHMENT_MAX_BYTES) || 10 * 1024 * 1024;",
    "the setting attachmentLimit changes nothing, or its default is another",
    ["components/fly/flyToml.ts", "components/settings/machine.ts"],
  ),
  variable(
    "PAPERCLIP_TELEMETRY_DISABLED",
    "@paperclipai/shared/dist/telemetry/config.js",
    'process.env.PAPERCLIP_TELEMETRY_DISABLED === "1"',
    "Paperclip reports the client's use of it to its makers",
  ),
  variable(
    "DO_NOT_TRACK",
    "@paperclipai/shared/dist/telemetry/config.js",
    'process.env.DO_NOT_TRACK === "1"',
    "Paperclip reports the client's use of it to its makers",
  ),
  variable(
    "PAPERCLIP_ANNOUNCEMENTS_ENABLED",
    config,
    'process.env.PAPERCLIP_ANNOUNCEMENTS_ENABLED !== "false"',
    "Paperclip asks its makers for announcements and shows them to the client",
  ),
  variable(
    "PAPERCLIP_PUBLIC_URL",
    config,
    "const publicUrlFromEnv = process.env.PAPERCLIP_PUBLIC_URL;",
    "Paperclip does not answer at its name, and its links lead nowhere",
  ),
  variable(
    "PAPERCLIP_AUTH_BASE_URL_MODE",
    config,
    "authBaseUrlModeFromEnvRaw = process.env.PAPERCLIP_AUTH_BASE_URL_MODE;",
    "Paperclip takes its own address from each request, and refuses sign-ins from its own page",
  ),
  variable(
    "PAPERCLIP_HOME",
    "@paperclipai/shared/dist/home-paths.js",
    "process.env.PAPERCLIP_HOME?.trim()",
    "Paperclip keeps its data off the volume, and the next start loses it",
  ),
  variable(
    "PAPERCLIP_INSTANCE_ID",
    "@paperclipai/shared/dist/home-paths.js",
    "process.env.PAPERCLIP_INSTANCE_ID?.trim()",
    "Paperclip keeps its data in another folder than the one that is prepared for it",
  ),
  variable(
    "PAPERCLIP_CONFIG",
    `${server}/paths.js`,
    "path.resolve(process.env.PAPERCLIP_CONFIG)",
    "Paperclip starts without its config.json",
  ),
  variable(
    "PAPERCLIP_TAILNET_BIND_HOST",
    config,
    "process.env.PAPERCLIP_TAILNET_BIND_HOST?.trim()",
    "each start waits two seconds for a tailscaled that does not answer the server",
  ),
  variable(
    "PORT",
    config,
    "port: Number(process.env.PORT)",
    "Paperclip does not listen at the port that Fly.io checks",
  ),
  variable(
    "HOST",
    config,
    "process.env.HOST ??",
    "Paperclip does not listen at the address that Fly.io checks",
  ),
  variable("SERVE_UI", config, 'process.env.SERVE_UI === "true"', "Paperclip has an API but no page"),
  variable(
    "NODE_ENV",
    `${server}/middleware/logger.js`,
    'process.env.NODE_ENV === "production"',
    "the log is for developers, and error pages show places in the code",
  ),
  variable(
    "HOME",
    `${server}/services/plugin-loader.js`,
    'path.join(os.homedir(), ".paperclip", "plugins")',
    "plugins are installed in another folder than the one that the server may load code from",
    [...ours, "docker/server/places.js"],
  ),
];
