import { type TailscaleApi, TailscaleError } from "./api.ts";
import { allDevices, renameDevice } from "./devices.ts";

const machines = "https://login.tailscale.com/admin/machines";

/**
 * Gives the device `name` the name `wanted`, both with the tailnet's. Tailscale gives a second device of a name a number, which it keeps when
 * the first one is gone.
 *
 * @throws Error that says what to do where the name is another device's, the device is in another tailnet, or the credential lacks the right
 */
export async function takeName(api: TailscaleApi, name: string, wanted: string): Promise<void> {
  const what = `The tailnet gave the machine the name ${name} instead of ${wanted}, so that its address and certificate are wrong.`;
  const [label = ""] = wanted.split(".");
  const tailnet = name.slice(name.indexOf(".") + 1);
  if (wanted !== `${label}.${tailnet}`)
    throw new Error(
      `${what}\nThe setting \`tailnet\` is not this tailnet's name: pulumi config set tailnet ${tailnet} && pulumi up`,
    );
  const byHand = `rename it by hand (Machines, the menu of ${name.split(".")[0]}, Edit machine name): ${machines}`;
  try {
    const devices = await allDevices(api);
    const device = devices.find((each) => each.name === name);
    if (!device) throw new Error(`${what}\nThe credential's tailnet has no device of that name: ${byHand}`);
    if (devices.some((each) => each.name === wanted))
      throw new Error(
        `${what}\nAnother device has the name. Remove or rename that one (${machines}), then run: pulumi up`,
      );
    await renameDevice(api, device, label);
  } catch (error) {
    if (!(error instanceof TailscaleError)) throw error;
    throw new Error(`${what}\nIt cannot be renamed: ${error.message}\nOr ${byHand}`);
  }
}
