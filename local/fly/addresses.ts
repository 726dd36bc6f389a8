import { randomBytes } from "node:crypto";

/** The kinds of address that Fly allocates to an app. */
export const addressTypes = ["private_v6", "v6", "v4", "shared_v4"] as const;
export type AddressType = (typeof addressTypes)[number];

export function isPublic(type: AddressType): boolean {
  return type !== "private_v6";
}

/** The first 48 bits of a private network (6PN): fdaa and the network's own 32 bits. */
export function networkPrefix(random: Buffer = randomBytes(4)): string {
  return `fdaa:${group(random, 0)}:${group(random, 2)}`;
}

/** The part of a 6PN where its machines are; the Docker network has this subnet. */
export function machineSubnet(prefix: string): string {
  return `${prefix}:a7b::/64`;
}

/** A machine's 6PN address: FLY_PRIVATE_IP. Never the ::1 that Docker keeps for the gateway: it ends in :2. */
export function machineAddress(prefix: string, random: Buffer = randomBytes(6)): string {
  return compressed(`${prefix}:a7b:${group(random, 0)}:${group(random, 2)}:${group(random, 4)}:2`);
}

/**
 * An address for an app. Private ones (Flycast) are of the network that they are reachable from; public ones are of the
 * ranges reserved for documentation, so that no request meant for the emulator reaches somebody's host.
 */
export function appAddress(
  type: AddressType,
  networkPrefixOfAddress: string,
  random: Buffer = randomBytes(4),
): string {
  switch (type) {
    case "private_v6":
      return compressed(`${networkPrefixOfAddress}:0:1:0:0:${group(random, 0)}`);
    case "v6":
      return compressed(`2001:db8:0:0:0:1:${group(random, 0)}:${group(random, 2)}`);
    case "v4":
      return `198.51.100.${1 + (random.readUInt8(0) % 254)}`;
    case "shared_v4":
      return `203.0.113.${1 + (random.readUInt8(0) % 254)}`;
  }
}

function group(bytes: Buffer, offset: number): string {
  // never 0, so that no address has a second run of zero groups
  return (bytes.readUInt16BE(offset) || 1).toString(16);
}

/** The canonical text form (RFC 5952), as every other program prints the address. */
function compressed(address: string): string {
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}
