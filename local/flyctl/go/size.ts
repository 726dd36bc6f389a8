/** The unit of a number without a suffix in bytes, and the factor of a `k`: 1000 for disks, 1024 for memory. */
interface SizeUnit {
  bytes: number;
  kilo: number;
}

export const gigabytesOfDisk: SizeUnit = { bytes: 1e9, kilo: 1000 };
export const mebibytesOfMemory: SizeUnit = { bytes: 2 ** 20, kilo: 1024 };

/** Parses `2` or `2gb`. @returns whole units. @throws with the wording of the Go library that flyctl uses (go-units). */
export function parseSize(text: string, unit: SizeUnit): number {
  if (/^[+-]?\d+$/.test(text)) return Number(text);
  try {
    return Math.floor(parseBytes(text, unit.kilo) / unit.bytes);
  } catch (error) {
    throw new Error(`invalid size: ${(error as Error).message}`);
  }
}

function parseBytes(text: string, kilo: number): number {
  const [, number, suffix] = /^(.*[\d. ])([^\d. ]*)$/s.exec(text) ?? [];
  if (number === undefined) throw new Error(`invalid size: '${text}'`);
  const digits = number.endsWith(" ") ? number.slice(0, -1) : number;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(digits)) {
    throw new Error(`strconv.ParseFloat: parsing ${JSON.stringify(digits)}: invalid syntax`);
  }
  if (Number(digits) < 0) throw new Error(`invalid size: '${text}'`);
  return Math.trunc(Number(digits) * factor((suffix ?? "").toLowerCase(), kilo));
}

function factor(suffix: string, kilo: number): number {
  if (suffix === "" || suffix === "b") return 1;
  const power = "kmgtp".indexOf(suffix[0] ?? "?") + 1;
  if (power === 0 || !/^.(b|ib)?$/.test(suffix)) throw new Error(`invalid suffix: '${suffix}'`);
  return kilo ** power;
}
