import { appCompactOf } from "../api/account.ts";
import { requireWithoutDnsCheck, restartOptions } from "../deploy/options.ts";
import { prepareDeployment } from "../deploy/prepare.ts";
import { runDeployment } from "../deploy/runDeployment.ts";
import { FlyError, NotEmulated, prefixed } from "../errors.ts";
import { remoteConfig } from "../flyToml/remote.ts";
import { int, struct } from "../go/json.ts";
import type { Invocation } from "../invocation.ts";
import { MachinesApi } from "../machines/machinesApi.ts";
import { FlapsApp } from "../types/flapsApp.ts";

const Updated = struct("fly.UpdateAppSecretsResp", { version: int });

/** Sets secrets, removes those with the value null, and remembers their new version. */
export async function updateSecrets(
  invocation: Invocation,
  values: Record<string, string | null>,
): Promise<void> {
  const { flags, flaps, appName, secretVersions } = invocation;
  if (!flags.bool("stage")) throw new NotEmulated("a change of secrets without --stage");
  const failure = "update secrets: failed to update app secrets";
  const options = { failure, body: { values } };
  const { version } = await flaps.fetch(Updated, "POST", `/apps/${appName}/secrets`, options);
  secretVersions.set(appName, version);
}

/** Tells the user that only the next deploy brings the secrets to the machine. */
export function tellStaged({ streams }: Invocation): void {
  streams.out(
    "Secrets have been staged, but not set on VMs. Deploy or update machines in this app for the secrets to take " +
      "effect.\n",
  );
}

/** `secrets deploy`: restarts what the last release deployed, with the staged secrets. It ignores the current fly.toml. */
export async function deploySecrets(invocation: Invocation): Promise<void> {
  const { appName, flags, flaps } = invocation;
  const app = await appCompactOf(invocation);
  const api = new MachinesApi(flaps, appName);
  const machines = await api.listManaged();
  if (!app.Deployed || machines.length === 0) {
    throw new FlyError("no machines available to deploy", {
      description:
        "'fly secrets deploy' will only work if the app has been deployed and there are machines available",
      suggestion: "Try 'fly deploy' first",
    });
  }
  requireWithoutDnsCheck(flags);
  // flyctl lists the machines once more, as after a change of secrets.
  await api.listManaged();
  const config = await remoteConfig(invocation, app.Name).catch((error) => {
    throw prefixed("error loading appv2 config: ", error);
  });
  const launched = await flaps.fetch(FlapsApp, "GET", `/apps/${app.Name}`, { failure: "error getting app" });
  const image = { ref: "", buildId: 0 };
  await runDeployment(await prepareDeployment(invocation, launched, config, image, restartOptions));
}
