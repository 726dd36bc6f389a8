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

/** The part of a 6PN that holds its machines. The Docker network has this subnet. */
export function machineSubnet(prefix: string): string {
  return `${prefix}:a7b::/64`;
}

/** A machine's 6PN address: FLY_PRIVATE_IP. It ends in :2, because Docker keeps ::1 for the gateway. */
export function machineAddress(prefix: string, random: Buffer = randomBytes(6)): string {
  return compressed(`${prefix}:a7b:${group(random, 0)}:${group(random, 2)}:${group(random, 4)}:2`);
}

/**
 * An address for an app. A private one (Flycast) belongs to the network from which it is reachable. A public one comes from the
 * ranges reserved for documentation, so that a request meant for the emulator never reaches a real host.
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
  // never 0: an address must not have a second run of zero groups
  return (bytes.readUInt16BE(offset) || 1).toString(16);
}

/** The canonical text form (RFC 5952), which every other program prints. */
function compressed(address: string): string {
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}
