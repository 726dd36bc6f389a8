/** The device as the machine itself sees it: joined, under the name that was wanted, with a certificate. */
import pRetry, { AbortError } from "p-retry";
import { z } from "zod";
import { exec } from "../../fly/exec.ts";
import { flyctl, flyctlJson } from "../../fly/flyctl.ts";
import type { VerbInputs } from "../../verb.ts";
import { TailscaleApi } from "../api.ts";
import { takeName } from "../takeName.ts";

const deviceStatus = z.object({
  state: z.string(),
  name: z.string().optional(),
  addresses: z.array(z.string()).nullish(),
  problem: z.string(),
  /** What a person has to do about the problem; empty where it may pass by itself. */
  fix: z.string().default(""),
});

const secrets = z.array(z.object({ name: z.string(), status: z.string() }));

/** How long joining and the first certificate may take. */
const minutes = 5;

/** Seconds that a problem which waits for a person has to last: the machine looks again after half a minute at the latest. */
const patience = 40;

export async function create({ input, progress }: VerbInputs) {
  const [app, machine, wanted] = [input("APP"), input("MACHINE_ID"), `${input("APP")}.${input("TAILNET")}`];
  progress(`waiting for the device ${wanted}`);
  let said = "";
  let since = 0;
  let keyIsNew: boolean | undefined;
  let renamed = false;
  const look = async () => {
    const status = await ask(app, machine);
    if (status.state === "NeedsLogin") keyIsNew ??= await keyWaits(app);
    if (keyIsNew) {
      progress("the device has not joined, and there is a newer key; restarting the machine with it");
      keyIsNew = false;
      // The DNS check would ask a resolver of Google's for the app's public name, which nothing here uses.
      await flyctl(app, ["secrets", "deploy", "--dns-checks=false", "--app", app]);
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

/** A renewed key is staged and does not restart the machine, as a device that has joined needs none. One that has not joined does. */
async function keyWaits(app: string) {
  const list = await flyctlJson(app, ["secrets", "list", "--app", app], secrets);
  return list.some(({ name, status }) => name === "TAILSCALE_AUTH_KEY" && status === "Staged");
}

async function ask(app: string, machine: string) {
  const { exit_code, stdout, stderr } = await exec(app, machine, "paperclip-tailnet");
  if (exit_code !== 0) throw new Error(`The machine cannot tell about its tailnet device: ${stderr.trim()}`);
  return deviceStatus.parse(JSON.parse(stdout));
}

const waitsForSomebody = (wanted: string, { problem, fix }: z.infer<typeof deviceStatus>) =>
  `The machine is not in the tailnet as ${wanted}: ${problem}\n${fix}\n` +
  "Then it goes on by itself; look again with: pulumi up";
