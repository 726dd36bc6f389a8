import { fstatSync } from "node:fs";

/** Whether stdin is anything other than a terminal or /dev/null, such as a pipe or a file. */
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
