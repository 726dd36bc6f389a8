import { randomBytes, randomInt } from "node:crypto";

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const lowercase = "abcdefghijklmnopqrstuvwxyz0123456789";

function randomFrom(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("");
}

/** 14 hex digits, like the ids of Fly's machines. */
export function machineId(): string {
  return randomBytes(7).toString("hex");
}

/** 26 characters that sort by time: request ids, and the instance (version) of a machine. */
export function ulid(milliseconds = Date.now()): string {
  let rest = milliseconds;
  let time = "";
  for (let position = 0; position < 10; position++) {
    time = crockford[rest % 32] + time;
    rest = Math.floor(rest / 32);
  }
  return time + randomFrom(crockford, 16);
}

export const appId = () => `app_${randomBytes(6).toString("hex")}`;
export const organizationId = () => `org_${randomFrom(lowercase, 16)}`;
export const userId = () => `user_${randomFrom(lowercase, 16)}`;
export const networkId = () => `net_${randomFrom(lowercase, 16)}`;
export const volumeId = () => `vol_${randomFrom(lowercase, 18)}`;
export const snapshotId = () => `vs_${randomFrom(lowercase, 20)}`;
export const ipAddressId = () => `ip_${randomFrom(lowercase, 16)}`;
export const releaseId = () => `rel_${randomFrom(lowercase, 16)}`;
export const imageId = () => `img_${randomFrom(lowercase, 16)}`;
export const eventId = () => ulid();
export const leaseNonce = () => randomBytes(8).toString("hex");

/**
 * A new token. It is not an `fm2_` macaroon, because flyctl silently drops a macaroon that it cannot decode.
 */
export const apiToken = () => `fo1_${randomBytes(32).toString("base64url")}`;

const adjectives = ["quiet", "bold", "lively", "crimson", "patient", "winter", "silent", "amber", "misty"];
const nouns = ["sun", "river", "meadow", "cloud", "forest", "wave", "star", "field", "breeze", "stone"];

/** A name for a machine whose creator gave none. */
export function machineName(): string {
  return `${adjectives[randomInt(adjectives.length)]}-${nouns[randomInt(nouns.length)]}-${randomInt(1000, 10000)}`;
}
