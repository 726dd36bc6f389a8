import { ApiError } from "../apiError.ts";
import type { Machine } from "../store/machines.ts";

interface Lease {
  nonce: string;
  owner: string;
  /** Unix seconds. */
  expiresAt: number;
}

/** The lease that somebody holds on a machine at this time (Unix milliseconds), if any. */
export function heldLease(machine: Machine, now: number): Lease | undefined {
  const { leaseNonce, leaseOwner, leaseExpiresAt } = machine;
  if (leaseNonce === null || leaseExpiresAt === null || leaseExpiresAt * 1000 <= now) return undefined;
  return { nonce: leaseNonce, owner: leaseOwner ?? "", expiresAt: leaseExpiresAt };
}

/**
 * Allows a change of a machine if nobody holds its lease, or if the caller does.
 * @throws ApiError 409 otherwise.
 */
export function checkLease(machine: Machine, nonce: string | undefined, now: number): void {
  const lease = heldLease(machine, now);
  if (lease && lease.nonce !== nonce) {
    const until = new Date(lease.expiresAt * 1000).toISOString();
    throw new ApiError(
      409,
      `failed to get lease: machine ${machine.id}'s lease is held by ${lease.owner} until ${until}`,
    );
  }
}

/** Duration of a lease in seconds if the caller names none. */
export const defaultLeaseSeconds = 13;

/**
 * The lease after a request for one. Its holder keeps the same nonce (a refresh); anybody else gets `newNonce`.
 * @throws ApiError 409 if somebody else holds it.
 */
export function grantLease(
  machine: Machine,
  request: { nonce: string | undefined; seconds: number; owner: string; newNonce: string },
  now: number,
): Lease {
  checkLease(machine, request.nonce, now);
  return {
    nonce: heldLease(machine, now)?.nonce ?? request.newNonce,
    owner: request.owner,
    expiresAt: Math.floor(now / 1000) + request.seconds,
  };
}
