import { messageOf, prefixed } from "../errors.ts";
import type { Invocation } from "../invocation.ts";
import type { Machine } from "../types/machine.ts";
import { acquireLease } from "./lease.ts";
import { MachinesApi } from "./machinesApi.ts";

/** Duration of a lease in seconds. */
const leaseTime = 120;
const silentWait = 2000;

/** Runs `work` while it holds the machines' leases. It releases them even if the run is interrupted. */
export async function holdingMachines(
  invocation: Invocation,
  machines: Machine[],
  work: (machines: Machine[]) => Promise<void>,
): Promise<void> {
  const held: Machine[] = [];
  try {
    const taken = machines.map((machine) =>
      machine.host_status === "ok" ? takeLease(invocation, machine, held) : machine,
    );
    await work(await Promise.all(taken));
  } finally {
    await Promise.all(held.map((machine) => giveBack(invocation, machine)));
  }
}

async function takeLease(invocation: Invocation, machine: Machine, held: Machine[]): Promise<Machine> {
  const { appName, flaps, http, streams } = invocation;
  const api = new MachinesApi(flaps, appName);
  const notice = setTimeout(() => streams.out(`Waiting on lease for machine ${machine.id}...\n`), silentWait);
  try {
    const lease = await acquireLease(flaps, http, machine.id, api.leasePath(machine.id), leaseTime);
    held.push({ ...machine, nonce: lease.nonce });
    if (lease.version === machine.instance_id) return { ...machine, nonce: lease.nonce };
    // Somebody changed the machine in the meantime.
    return { ...(await api.get(machine.id)), nonce: lease.nonce };
  } catch (error) {
    throw held.some(({ id }) => id === machine.id) ? error : prefixed("failed to obtain lease: ", error);
  } finally {
    clearTimeout(notice);
  }
}

async function giveBack(
  { appName, flaps, signal, streams }: Invocation,
  { id, nonce }: Machine,
): Promise<void> {
  if (signal.aborted) streams.out(`Releasing lease for machine ${id}...\n`);
  const path = new MachinesApi(flaps, appName).leasePath(id);
  const failure = `failed to release lease for machine ${id}`;
  const options = { failure, leaseNonce: nonce, ...(signal.aborted ? { afterInterrupt: true } : {}) };
  await flaps.send("DELETE", path, options).catch((error) => {
    if (messageOf(error).includes("lease not found")) return;
    streams.out(`${messageOf(error)}\n`);
  });
}
