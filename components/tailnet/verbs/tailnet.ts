/**
 * The tailnet before and after the app. Before anything is made, it is checked for what has to be on. After everything else is gone, the
 * app's device is removed: then it can no longer come back.
 */
import { z } from "zod";
import type { VerbInputs } from "../../verbInputs.ts";
import { TailscaleApi, TailscaleError } from "../api.ts";
import { devicesOf, removeDevice } from "../devices.ts";

type Inputs = VerbInputs<"APP" | "TAILNET" | "TAGS" | "HTTPS">;

export async function create({ input, progress }: Inputs) {
  const api = new TailscaleApi();
  const [https, tags] = [input("HTTPS") === "true", input("TAGS").split(",")];
  const missing = [
    ...(await checkDns(api, progress)),
    ...(https ? await checkHttps(api, progress) : []),
    ...(await checkTags(api, tags)),
    ...(await checkDevices(api, input("APP"), tags)),
  ];
  if (missing.length > 0) throw new Error(missing.join("\n\n"));
  return { tailnet: input("TAILNET") };
}

export const update = create;

export async function remove({ input, progress }: Inputs) {
  const api = new TailscaleApi();
  for (const device of await devicesOf(api, input("APP"), input("TAGS").split(","))) {
    progress(`removing the device ${device.name} from the tailnet`);
    await removeDevice(api, device);
  }
}

async function checkDns(api: TailscaleApi, progress: Inputs["progress"]): Promise<string[]> {
  const shape = z.object({ magicDNS: z.boolean() });
  const preferences = await readable(() => api.request("GET", api.tailnet("/dns/preferences"), shape));
  if (!preferences)
    progress(
      "the credential is not allowed to read whether MagicDNS is on (scope dns:read); going on without",
    );
  if (preferences?.magicDNS !== false) return [];
  return [
    "MagicDNS is off in the tailnet, so no device would find the app by its name. Turn it on: https://login.tailscale.com/admin/dns",
  ];
}

async function checkHttps(api: TailscaleApi, progress: Inputs["progress"]): Promise<string[]> {
  const shape = z.object({ httpsEnabled: z.boolean().optional() });
  const settings = await readable(() => api.request("GET", api.tailnet("/settings"), shape));
  if (settings?.httpsEnabled === undefined) {
    progress(
      "the credential is not allowed to read whether HTTPS is on (scopes feature_settings:read and networking_settings:read); going on without",
    );
  }
  if (settings?.httpsEnabled !== false) return [];
  return [
    "HTTPS certificates are off in the tailnet. Turn them on: https://login.tailscale.com/admin/dns\n" +
      "(or serve plain HTTP over WireGuard: pulumi config set tailnetHttps false)",
  ];
}

/** As in the examples of Tailscale's documentation, which names no minimum. */
const trialSeconds = 3600;

/** Only a try tells whether a credential is allowed to use tags. The key that is made for it is deleted at once. */
async function checkTags(api: TailscaleApi, tags: string[]): Promise<string[]> {
  const capabilities = {
    devices: { create: { reusable: false, ephemeral: true, preauthorized: false, tags } },
  };
  const body = { capabilities, expirySeconds: trialSeconds, description: "paperclip-on-fly checks its tags" };
  try {
    const { id } = await api.request("POST", api.tailnet("/keys"), z.object({ id: z.string() }), body);
    await api.request("DELETE", api.tailnet(`/keys/${id}`), z.unknown());
    return [];
  } catch (error) {
    if (!(error instanceof TailscaleError && [400, 403].includes(error.status))) throw error;
    return [
      `The Tailscale credential cannot make keys for ${tags.join(", ")}: ${error.message}\n` +
        'The policy needs the tags: "tagOwners": {"tag:paperclip": ["autogroup:admin"]}, https://login.tailscale.com/admin/acls\n' +
        "An OAuth client needs the scope auth_keys. The stack's tags are exactly the client's whole set of tags, or tags that one of its own owns: " +
        "https://login.tailscale.com/admin/settings/oauth",
    ];
  }
}

/** A credential that cannot list devices could not remove the app's device later. */
async function checkDevices(api: TailscaleApi, app: string, tags: string[]): Promise<string[]> {
  try {
    await devicesOf(api, app, tags);
    return [];
  } catch (error) {
    if (!(error instanceof TailscaleError && error.status === 403)) throw error;
    return [error.message];
  }
}

/** Undefined where the credential is not allowed to read it, which is no reason to stop. */
async function readable<T>(request: () => Promise<T>): Promise<T | undefined> {
  try {
    return await request();
  } catch (error) {
    if (error instanceof TailscaleError && [403, 404].includes(error.status)) return undefined;
    throw error;
  }
}
