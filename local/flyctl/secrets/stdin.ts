import { fstatSync } from "node:fs";

/** Whether stdin is a pipe or a file, or anything but a terminal or /dev/null. */
export function hasPipedStdin(): boolean {
  try {
    return !fstatSync(0).isCharacterDevice();
  } catch {
    return false;
  }
}

export async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
