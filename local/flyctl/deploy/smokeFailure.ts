import { FlyError, Interrupted, messageOf } from "../errors.ts";
import { fetchLogs } from "../logs/fetchLogs.ts";
import type { LeasedMachine } from "../machines/leasedMachine.ts";
import type { Deployment } from "./deployment.ts";

/** Adds the machine's last log lines to the reason why its smoke checks failed. */
export async function explainSmokeFailure(
  { invocation, app, config }: Deployment,
  { id, machine }: LeasedMachine,
  error: unknown,
): Promise<never> {
  if (error instanceof Interrupted) throw error;
  const reason = messageOf(error);
  const filter = { region: config.primary_region, instance: id };
  const lines = await fetchLogs(invocation, app.name, "", filter)
    .then(({ entries }) =>
      entries
        .filter(({ timestamp }) => timestamp >= machine.updated_at)
        .map(({ message }) => `${message}\n`)
        .join(""),
    )
    .catch(() => {
      const url = `https://fly.io/apps/${app.name}/monitoring?region=&instance=${id}`;
      invocation.streams.error(
        "Warn: got an error retrieving the logs so we can't show you what failed. " +
          `Use \`fly logs -i ${id}\` or open the monitoring dashboard to see them: ${url}\n`,
      );
      return `<error fetching logs, try \`fly logs -i ${id}>`;
    });
  throw new FlyError(`smoke checks for ${id} failed: ${reason}`, {
    suggestion:
      `Smoke checks for ${id} failed: ${reason}\n` +
      `Check its logs: here's the last lines below, or run 'fly logs -i ${id}':\n${lines}`,
  });
}
