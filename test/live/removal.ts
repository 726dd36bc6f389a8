/** Removes everything that a run has made, however the run ended, and checks whether anything is left. */
import { execa } from "execa";
import { z } from "zod";
import { TailscaleApi } from "../../components/tailnet/api.ts";
import { keyDescription } from "../../components/tailnet/authKey.ts";
import { removeDevice } from "../../components/tailnet/devices.ts";
import { Commands } from "./commands.ts";
import type { LiveStack } from "./liveStack.ts";
import { visitorName } from "./visitor.ts";

export interface Made {
  appName: string;
  organization: string;
  env: Record<string, string>;
  /** Undefined if the stack was never made. */
  stack: LiveStack | undefined;
}

const apps = z.array(z.object({ Name: z.string() }));
const devices = z.array(z.object({ id: z.string(), name: z.string(), hostname: z.string() }));
const keys = z.array(
  z.object({ id: z.string(), description: z.string().optional(), invalid: z.boolean().optional() }),
);

/** What exists of the run, by the names that only this run uses. */
class Remains {
  readonly #made: Made;
  readonly #commands: Commands;
  readonly #api = new TailscaleApi();

  constructor(made: Made, commands: Commands) {
    this.#made = made;
    this.#commands = commands;
  }

  /** Its apps, each with its machines and volumes. */
  async apps(): Promise<string[]> {
    const { appName, organization } = this.#made;
    const { stdout } = await this.#flyctl("apps", "list", "--org", organization, "--json");
    const isOwn = (name: string) => name === appName || name.startsWith(`${appName}-`);
    return apps.parse(JSON.parse(stdout)).flatMap(({ Name }) => (isOwn(Name) ? [Name] : []));
  }

  async removeApp(name: string): Promise<void> {
    await this.#flyctl("apps", "destroy", name, "--yes");
  }

  async devices(...names: string[]) {
    const answer = await this.#api.request("GET", this.#api.tailnet("/devices"), z.object({ devices }));
    return answer.devices.filter(({ hostname }) => names.includes(hostname));
  }

  async removeDevice(device: { id: string; name: string; hostname: string }): Promise<void> {
    await removeDevice(this.#api, device);
  }

  /** The devices' keys that are still valid. */
  async keys(...names: string[]) {
    const answer = await this.#api.request("GET", this.#api.tailnet("/keys?all=true"), z.object({ keys }));
    const descriptions = names.map(keyDescription);
    return answer.keys.filter(
      ({ description = "", invalid }) => descriptions.includes(description) && !invalid,
    );
  }

  async removeKey({ id }: { id: string }): Promise<void> {
    await this.#api.request("DELETE", this.#api.tailnet(`/keys/${id}`), z.unknown());
  }

  async #flyctl(...args: string[]) {
    const outcome = await this.#commands.run("flyctl", args, { env: this.#made.env });
    if (outcome.exitCode !== 0)
      throw new Error(`flyctl ${args.slice(0, 2).join(" ")}: ${outcome.output.trim()}`);
    return outcome;
  }
}

/**
 * Removes everything: with `pulumi destroy` if there is a stack, and then by name whatever that left. Nothing interrupts it.
 *
 * @returns what `pulumi destroy` left, and what could not be removed
 */
export async function removeAll(made: Made): Promise<{ byName: string[]; failures: string[] }> {
  const commands = new Commands();
  const [byName, failures]: [string[], string[]] = [[], []];
  const attempt = async (what: string, work: () => Promise<unknown>) => {
    await work().catch((error: Error) => failures.push(`${what}: ${error.message}`));
  };
  const remains = new Remains(made, commands);
  const visitor = visitorName(made.appName);
  await attempt("the run's own device", async () => {
    for (const key of await remains.keys(visitor)) await remains.removeKey(key);
    for (const device of await remains.devices(visitor)) await remains.removeDevice(device);
  });
  if (made.stack) await attempt("pulumi destroy", () => destroy(made.stack as LiveStack, commands));

  const sweep = <T>(
    kind: string,
    list: () => Promise<T[]>,
    name: (one: T) => string,
    remove: (one: T) => Promise<void>,
  ) =>
    attempt(kind, async () => {
      for (const one of await list()) {
        byName.push(`${kind} ${name(one)}`);
        await attempt(`${kind} ${name(one)}`, () => remove(one));
      }
    });
  await sweep(
    "app",
    () => remains.apps(),
    (name) => name,
    (name) => remains.removeApp(name),
  );
  await sweep(
    "key",
    () => remains.keys(made.appName),
    ({ id }) => id,
    (key) => remains.removeKey(key),
  );
  await sweep(
    "device",
    () => remains.devices(made.appName),
    ({ name }) => name,
    (device) => remains.removeDevice(device),
  );
  await attempt("local images", () => removeImages(made.appName));
  return { byName, failures };
}

/** A run that was cut off may have left a lock, or an unfinished update. */
async function destroy(stack: LiveStack, commands: Commands): Promise<void> {
  const args = ["destroy", "--yes", "--skip-preview"];
  const first = await stack.pulumi(commands, args, { shown: true });
  if (first.exitCode !== 0) {
    await stack.pulumi(commands, ["cancel", "--yes"]);
    const second = await stack.pulumi(commands, args, { shown: true });
    if (second.exitCode !== 0) throw new Error(second.output.trim().split("\n").slice(-20).join("\n"));
  }
  await stack.pulumi(commands, ["stack", "rm", "--yes"]);
}

/** Removes the names that this machine has given to images of the app. Images stay if they have other names. */
async function removeImages(appName: string): Promise<void> {
  const format = "{{.Repository}}:{{.Tag}}";
  const list = ["image", "ls", "--filter", `reference=*/${appName}`, "--format", format];
  const { stdout, failed } = await execa("docker", list, { reject: false });
  const names = stdout.split("\n").filter((name) => name !== "" && !name.endsWith(":<none>"));
  // A run with a prebuilt image does not need Docker here.
  if (!failed && names.length > 0) await execa("docker", ["image", "rm", ...names]);
}

/** What still exists, asked anew from Fly.io and Tailscale. Empty when everything is gone. */
export async function leftOver(made: Made): Promise<string[]> {
  const remains = new Remains(made, new Commands());
  const names = [made.appName, visitorName(made.appName)];
  return [
    ...(await remains.apps()).map((name) => `app ${name}`),
    ...(await remains.devices(...names)).map(({ name }) => `device ${name}`),
    ...(await remains.keys(...names)).map(({ id }) => `key ${id}`),
  ];
}
