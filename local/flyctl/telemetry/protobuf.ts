// Just enough of the protocol buffer wire format to write messages with it.

const lengthDelimited = 2;
const fixed64Bits = 1;
const variable = 0;

export function bytesField(number: number, value: Uint8Array): Buffer {
  return Buffer.concat([key(number, lengthDelimited), varint(BigInt(value.length)), value]);
}

export const textField = (number: number, value: string): Buffer => bytesField(number, Buffer.from(value));

export function fixed64Field(number: number, value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return Buffer.concat([key(number, fixed64Bits), bytes]);
}

export function varintField(number: number, value: number): Buffer {
  return Buffer.concat([key(number, variable), varint(BigInt(value))]);
}

const key = (number: number, type: number): Buffer => varint(BigInt((number << 3) | type));

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 0x80 : low);
  } while (rest > 0n);
  return Buffer.from(bytes);
}
