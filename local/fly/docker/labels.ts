/** Label of everything that the emulator creates in Docker: the id of that emulator. */
export const instanceLabel = "paperclip.fly.instance";
export const appLabel = "paperclip.fly.app";
export const machineLabel = "paperclip.fly.machine";
/** Label of a container: the machine's instance id when the container was created. */
export const versionLabel = "paperclip.fly.version";

/** Filter for Docker's list calls: what one emulator created. */
export function ofInstance(instanceId: string): { label: string[] } {
  return { label: [`${instanceLabel}=${instanceId}`] };
}

/** Names contain the instance id, so that two emulators with equal apps never collide. */
export function dockerNames(instanceId: string) {
  const prefix = `fly-${instanceId}`;
  return {
    network: (networkId: string) => `${prefix}-${networkId}`,
    machine: (machineId: string) => `${prefix}-${machineId}`,
    /** The name of a volume or a snapshot. */
    storage: (id: string) => `${prefix}-${id}`,
    emptyImage: `${prefix}-empty:1`,
  };
}

export type DockerNames = ReturnType<typeof dockerNames>;

/** The HTTP status of an error, if it comes from the Docker daemon. */
export function dockerStatus(error: unknown): number | undefined {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === "number" ? status : undefined;
}

/** Awaits a removal. It counts as a success if the thing does not exist. */
export async function unlessMissing(removal: Promise<unknown>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    if (dockerStatus(error) !== 404) throw error;
  }
}
