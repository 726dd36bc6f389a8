/** The local tailnet: Tailscale's control server, DERP and STUN, a certificate authority, and Tailscale's API. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { z } from "zod";
import type { Ports } from "./ports.ts";
import { answers, type Service } from "./service.ts";

/** DNS name of the tailnet; the stack `dev` has it in its settings. */
export const tailnetDomain = "tailnet-dev.ts.net";

export interface LocalTailnet {
  /** Control server, for machines and for this host alike. */
  controlUrl: string;
  /** Directory of the certificate authority. */
  acmeUrl: string;
  /** File with the certificate authority's root. */
  caFile: string;
}

/**
 * Addresses of the tailnet's parts. Machines and this host must reach them by the same one: the gateway of Docker's default network, which
 * is this host for every container.
 */
export async function localTailnet(
  folder: string,
  ports: Ports,
): Promise<LocalTailnet & { address: string }> {
  const address = await bridgeGateway();
  const controlUrl = `http://${address}:${ports.control}`;
  return { address, controlUrl, acmeUrl: `${controlUrl}/dir`, caFile: join(folder, "ca.pem") };
}

/** This host, seen from any container. */
export async function bridgeGateway(): Promise<string> {
  const { stdout } = await execa("docker", [
    "network",
    "inspect",
    "bridge",
    "--format",
    "{{json .IPAM.Config}}",
  ]);
  const [config] = z
    .array(z.object({ Subnet: z.string(), Gateway: z.string().optional() }))
    .parse(JSON.parse(stdout));
  // Older daemons do not name their gateway. It is the first address of the network.
  return config?.Gateway ?? (config?.Subnet ?? "").replace(/\d+\/\d+$/, "1");
}

export async function tailnetService(
  folder: string,
  ports: Ports,
  { address, caFile }: LocalTailnet & { address: string },
  clientSecret: string,
  env: Record<string, string>,
): Promise<Service> {
  const seed = join(folder, "tailnet-seed.json");
  await writeFile(seed, JSON.stringify(tailnetSeed(clientSecret)), { mode: 0o600 });
  const api = `127.0.0.1:${ports.tailnet}`;
  const args = [
    ...["-listen", api, "-address", address, "-domain", tailnetDomain, "-pebble", "pebble"],
    ...["-control", String(ports.control), "-derp", String(ports.derp)],
    ...["-state", join(folder, "tailnet.json"), "-seed", seed, "-ca", caFile],
  ];
  return { name: "tailnet", command: "tailnet", args, env, ready: () => answers(`http://${api}/`) };
}

/** The part that the client's administrator sets up by hand. */
const tailnetSeed = (clientSecret: string) => ({
  tagOwners: { "tag:paperclip": ["autogroup:admin"] },
  oauthClients: Object.values(oauthClients).map((client) => ({
    ...client,
    secret: clientSecret,
    tags: ["tag:paperclip"],
  })),
});

/** OAuth clients: the README's with all that it recommends, the README's with what it needs, and two that lack a scope each. */
export const oauthClients = {
  recommended: {
    id: "kLocalRecommendedCNTRL",
    scopes: ["auth_keys", "devices:core", "dns:read", "feature_settings:read", "networking_settings:read"],
  },
  whole: { id: "kLocalOauthCNTRL", scopes: ["auth_keys", "devices:core"] },
  withoutDevices: { id: "kLocalKeysCNTRL", scopes: ["auth_keys"] },
  withoutKeys: { id: "kLocalDevicesCNTRL", scopes: ["devices:core"] },
};
