// Registry credentials: those of the program, else those of the docker client's config file and its helpers.
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { hostnameOf, registryAddress } from "./reference.ts";

export interface RegistryInput {
  server: string;
  username: string;
  password: string;
}

/** As the Engine API takes it. */
export interface AuthConfig {
  username?: string;
  password?: string;
  identitytoken?: string;
  serveraddress?: string;
}

interface ConfigFile {
  auths?: Record<string, { auth?: string; username?: string; password?: string; identitytoken?: string }>;
  credsStore?: string;
  credHelpers?: Record<string, string>;
}

const notFound = "credentials not found in native keychain";
/** The user name under which helpers keep a token instead of a password. */
const tokenUser = "<token>";

function readConfig(environment: NodeJS.ProcessEnv): ConfigFile {
  const folder = environment.DOCKER_CONFIG ?? join(homedir(), ".docker");
  try {
    return JSON.parse(readFileSync(join(folder, "config.json"), "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
}

async function fromHelper(helper: string, server: string): Promise<AuthConfig> {
  const { stdout, failed } = await execa(`docker-credential-${helper}`, ["get"], {
    input: server,
    reject: false,
  });
  if (failed) {
    if (stdout?.includes(notFound)) return {};
    throw new Error(`error getting credentials - docker-credential-${helper} failed for ${server}`);
  }
  const { Username: username, Secret: secret } = JSON.parse(stdout);
  const identity = username === tokenUser ? { identitytoken: secret } : { username, password: secret };
  return { ...identity, serveraddress: server };
}

function fromFile({ auths = {} }: ConfigFile, server: string): AuthConfig {
  const entry =
    auths[server] ?? Object.entries(auths).find(([key]) => hostnameOf(key) === hostnameOf(server))?.[1];
  if (!entry) return {};
  const [user = "", ...rest] = Buffer.from(entry.auth ?? "", "base64")
    .toString("utf8")
    .split(":");
  const named = entry.auth ? { username: user, password: rest.join(":").replace(/\0+$/, "") } : entry;
  const { username, password } = named;
  return {
    ...(username ? { username } : {}),
    ...(password ? { password } : {}),
    ...(entry.identitytoken ? { identitytoken: entry.identitytoken } : {}),
    serveraddress: server,
  };
}

/** What the docker client would use for a registry; empty when it knows nothing. */
export async function ambientCredentials(
  server: string,
  environment: NodeJS.ProcessEnv,
): Promise<AuthConfig> {
  const config = readConfig(environment);
  const helper = config.credHelpers?.[server] ?? config.credsStore;
  return helper ? fromHelper(helper, server) : fromFile(config, server);
}

/** @returns a warning when the program gives only half of the credentials */
export async function pushCredentials(
  registry: RegistryInput,
  imageName: string,
  environment: NodeJS.ProcessEnv,
): Promise<{ auth: AuthConfig; warning?: string }> {
  const server = registryAddress(registry.server, imageName);
  const { username, password } = registry;
  if (username && password) return { auth: { username, password, serveraddress: server } };
  const auth = await ambientCredentials(server, environment);
  if (!username && !password) return { auth };
  const [missing, given] = username ? ["password", "username"] : ["username", "password"];
  return { auth, warning: `${missing} was not set, although ${given} was; using host credentials file` };
}
