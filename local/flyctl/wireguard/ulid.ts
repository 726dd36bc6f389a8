import { randomBytes } from "node:crypto";

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** An identifier that sorts by time: 48 bits of milliseconds, 80 random ones. */
export function ulid(): string {
  let value = (BigInt(Date.now()) << 80n) | BigInt(`0x${randomBytes(10).toString("hex")}`);
  let text = "";
  for (let digit = 0; digit < 26; digit++) {
    text = `${alphabet[Number(value & 31n)]}${text}`;
    value >>= 5n;
  }
  return text;
}
