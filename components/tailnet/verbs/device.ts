/** The device as the machine itself sees it: joined, under the name that was wanted, with a certificate. */
import pRetry, { AbortError } from "p-retry";
import { isStaged } from "../../fly/answers.ts";
import * as ask from "../../fly/ask.ts";
import * as commands from "../../fly/commands.ts";
import { exec } from "../../fly/exec.ts";
import { flyctl } from "../../fly/flyctl.ts";
import { parseShaped } from "../../json.ts";
import type { VerbInputs } from "../../verbInputs.ts";
import { TailscaleApi } from "../api.ts";
import { type DeviceStatus, deviceCommand, deviceStatus } from "../deviceStatus.ts";
import { takeName } from "../takeName.ts";

/** RELEASE and KEY_ID are there to look again after a release and for a new key. */
type Inputs = VerbInputs<"APP" | "TAILNET" | "MACHINE_ID" | "RELEASE" | "KEY_ID">;

/** How long joining and the first certificate can take. */
const minutes = 5;

/** Seconds that a problem which waits for a person has to last: the machine looks again after half a minute at the latest. */
const patience = 40;

export async function create({ input, progress }: Inputs) {
  const [app, machine, wanted] = [input("APP"), input("MACHINE_ID"), `${input("APP")}.${input("TAILNET")}`];
  progress(`waiting for the device ${wanted}`);
  let said = "";
  let since = 0;
  let keyIsNew: boolean | undefined;
  let renamed = false;
  const look = async () => {
    const status = await statusOf(app, machine);
    if (status.state === "NeedsLogin") keyIsNew ??= await keyWaits(app);
    if (keyIsNew) {
      progress("the device has not joined, and there is a newer key; restarting the machine with it");
      keyIsNew = false;
      await flyctl(app, commands.secrets.deploy(app));
    }
    if (status.state === "Running" && status.problem === "" && status.name === wanted) return status;
    const reason = status.problem || `the device is ${status.state}`;
    if (status.state === "Running" && status.name && status.name !== wanted) {
      const { name } = status;
      if (!renamed) {
        // What is in the way of the name stays in its way.
        await takeName(new TailscaleApi(), name, wanted).catch((error) => {
          throw new AbortError(error);
        });
        progress(`renamed the device ${name} to ${wanted}`);
      }
      renamed = true;
    }
    if (reason !== said) {
      progress(status.fix ? `${reason} → ${status.fix}` : reason);
      since = Date.now();
    }
    said = reason;
    if (status.fix && Date.now() - since > patience * 1000)
      throw new AbortError(waitsForSomebody(wanted, status));
    throw new Error(
      `The machine is not in the tailnet as ${wanted}: ${reason}\nIt goes on trying; look again with: pulumi up`,
    );
  };
  const { addresses } = await pRetry(look, {
    retries: Number.POSITIVE_INFINITY,
    maxRetryTime: minutes * 60_000,
    minTimeout: 2_000,
    factor: 1,
  });
  return { name: wanted, addresses: addresses ?? [] };
}

export const update = create;

/** The app's devices go with the tailnet's verb. */
export async function remove() {}

/** A renewed key is only staged, and the machine goes on: a device that has joined needs no key. A device that has not joined needs it. */
async function keyWaits(app: string) {
  return (await ask.secrets(app)).some((secret) => secret.name === "TAILSCALE_AUTH_KEY" && isStaged(secret));
}

async function statusOf(app: string, machine: string) {
  const { exit_code, stdout, stderr } = await exec(app, machine, deviceCommand);
  if (exit_code !== 0) throw new Error(`The machine cannot tell about its tailnet device: ${stderr.trim()}`);
  return parseShaped(stdout, deviceStatus, `what ${deviceCommand} printed in the machine`);
}

const waitsForSomebody = (wanted: string, { problem, fix }: DeviceStatus) =>
  `The machine is not in the tailnet as ${wanted}: ${problem}\n${fix}\n` +
  "Then it goes on by itself; look again with: pulumi up";
