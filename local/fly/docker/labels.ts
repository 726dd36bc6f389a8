/** On everything the emulator makes in Docker: the id of the emulator that made it. */
export const instanceLabel = "paperclip.fly.instance";
export const appLabel = "paperclip.fly.app";
export const machineLabel = "paperclip.fly.machine";
/** The machine's instance id when the container was made. */
export const versionLabel = "paperclip.fly.version";

/** Filter for Docker's list calls: what one emulator made. */
export function ofInstance(instanceId: string): { label: string[] } {
  return { label: [`${instanceLabel}=${instanceId}`] };
}

/** Names are the instance's own as well, so that two emulators with equal apps never meet. */
export function dockerNames(instanceId: string) {
  const prefix = `fly-${instanceId}`;
  return {
    network: (networkId: string) => `${prefix}-${networkId}`,
    machine: (machineId: string) => `${prefix}-${machineId}`,
    /** Of a volume or a snapshot. */
    storage: (id: string) => `${prefix}-${id}`,
    emptyImage: `${prefix}-empty:1`,
  };
}

export type DockerNames = ReturnType<typeof dockerNames>;

/** The HTTP status of an error of the Docker daemon, if it is one. */
export function dockerStatus(error: unknown): number | undefined {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === "number" ? status : undefined;
}

/** Runs a removal for which "it is not there" is success. */
export async function unlessMissing(removal: Promise<unknown>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    if (dockerStatus(error) !== 404) throw error;
  }
}
