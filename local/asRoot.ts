import { isAbsolute } from "node:path";
import { execa } from "execa";

/** Where a script for root finds a Docker volume. */
const inContainer = "/volume";

/**
 * Runs a shell script that the kernel of Docker's host wants root for: directly where this process is root, else in a privileged
 * container, as who may use Docker need not be root.
 *
 * @param image has what the script calls
 * @param volume a Docker volume, for the script in $VOLUME and made where there is none, or a folder of the host's
 * @returns what the script prints
 * @throws Error with what the kernel says, where it refuses
 */
export async function asRoot(script: string, image: string, volume?: string): Promise<string> {
  if (volume && !isAbsolute(volume)) await execa("docker", ["volume", "create", volume]);
  if (process.getuid?.() === 0) {
    const env = volume ? { VOLUME: await mountpoint(volume) } : {};
    return (await execa("sh", ["-ec", script], { env })).stdout;
  }
  const mount = volume ? ["--volume", `${volume}:${inContainer}`, "--env", `VOLUME=${inContainer}`] : [];
  return (await execa("docker", ["run", "--rm", "--privileged", ...mount, image, "sh", "-ec", script]))
    .stdout;
}

const mountpoint = async (volume: string) =>
  isAbsolute(volume)
    ? volume
    : (await execa("docker", ["volume", "inspect", "--format", "{{.Mountpoint}}", volume])).stdout;
