import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { anthropicName } from "../../local/anthropic/anthropic.ts";
import { type LocalInternet, openInternet } from "../../local/internet/internet.ts";

/**
 * An internet of one test, in which this host answers for Anthropic.
 *
 * @param image has Node.js
 */
export async function internetOfTest(image: string): Promise<LocalInternet> {
  const folder = await mkdtemp(join(tmpdir(), "internet-test-"));
  try {
    return await openInternet(folder, [anthropicName], image);
  } catch (error) {
    await rm(folder, { recursive: true });
    throw error;
  }
}
