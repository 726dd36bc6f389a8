import type Docker from "dockerode";
import { type Database, run } from "../store/database.ts";
import { dockerStatus } from "./labels.ts";

/** What an image runs by default. */
interface ImageCommand {
  entrypoint: string[];
  cmd: string[];
}

/** Pulls an image by digest unless the daemon has it, and records the pull for the later removal. */
export async function ensureImage(docker: Docker, database: Database, reference: string): Promise<void> {
  try {
    await docker.getImage(reference).inspect();
    return;
  } catch (error) {
    if (dockerStatus(error) !== 404) throw error;
  }
  const progress = await docker.pull(reference);
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(progress, (error) => (error ? reject(error) : resolve()));
  });
  run(database, "INSERT OR IGNORE INTO pulledImages (reference) VALUES (?)", reference);
}

export async function imageCommand(docker: Docker, reference: string): Promise<ImageCommand> {
  const { Config: config } = await docker.getImage(reference).inspect();
  return { entrypoint: asList(config.Entrypoint), cmd: asList(config.Cmd) };
}

function asList(value: string | string[] | null | undefined): string[] {
  return typeof value === "string" ? [value] : (value ?? []);
}
