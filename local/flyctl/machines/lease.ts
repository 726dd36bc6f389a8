import type { FlapsClient } from "../api/flaps.ts";
import type { HttpClient } from "../api/http.ts";
import { FlyError, Interrupted } from "../errors.ts";
import { int, pointer, string, struct } from "../go/json.ts";

const Lease = struct("fly.MachineLease", {
  status: string,
  data: pointer(
    struct("fly.MachineLeaseData", { nonce: string, expires_at: int, owner: string, version: string }),
  ),
  message: string,
  code: string,
});

interface HeldLease {
  nonce: string;
  /** Instance id of the leased machine. */
  version: string;
}

/** Milliseconds for which flyctl keeps asking for a lease that somebody else holds. */
const patience = 60_000;

/**
 * Takes a machine's lease. If that fails for any reason, it keeps trying for a minute.
 * @param path the lease resource of the machine @param ttl seconds
 */
export async function acquireLease(
  flaps: FlapsClient,
  http: HttpClient,
  machine: string,
  path: string,
  ttl: number,
): Promise<HeldLease> {
  const deadline = Date.now() + patience;
  for (let pause = 100; ; pause = Math.min(500, pause * 2)) {
    try {
      return await requestLease(flaps, machine, path, ttl, "");
    } catch (error) {
      const wait = pause * (0.5 + Math.random());
      if (error instanceof Interrupted || Date.now() + wait > deadline) throw error;
      await http.pause(wait);
    }
  }
}

/** @throws if it is no longer the same lease */
export async function refreshLease(
  flaps: FlapsClient,
  machine: string,
  path: string,
  ttl: number,
  nonce: string,
): Promise<void> {
  const lease = await requestLease(flaps, machine, path, ttl, nonce);
  if (lease.nonce !== nonce) {
    throw new FlyError(
      `unexpectedly received a new nonce when trying to refresh lease on machine ${machine}`,
    );
  }
}

async function requestLease(
  flaps: FlapsClient,
  machine: string,
  path: string,
  ttl: number,
  nonce: string,
): Promise<HeldLease> {
  const options = { failure: `failed to get lease on VM ${machine}`, leaseNonce: nonce };
  const lease = await flaps.fetch(Lease, "POST", `${path}?ttl=${ttl}`, options);
  const { status, data, message, code } = lease;
  if (status !== "success") {
    throw new FlyError(
      `did not acquire lease for machine ${machine} status: ${status} code: ${code} message: ${message}`,
    );
  }
  if (!data)
    throw new FlyError(`missing data from lease response for machine ${machine}, assuming not successful`);
  return { nonce: data.nonce, version: data.version };
}
