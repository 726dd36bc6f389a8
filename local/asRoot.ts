import { isAbsolute } from "node:path";
import { execa } from "execa";

/** Path of a Docker volume for a script in a container. */
const inContainer = "/volume";

/**
 * Runs a shell script that needs root on Docker's host: directly if this process is root, otherwise in a privileged container, because a
 * user of Docker need not be root.
 *
 * @param image has the programs that the script calls
 * @param volume a Docker volume, which is made if it does not exist, or a folder of the host; the script finds it in $VOLUME
 * @returns what the script prints
 * @throws Error with the kernel's message if it refuses
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
