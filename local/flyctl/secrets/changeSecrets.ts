import { appCompactOf } from "../api/account.ts";
import { prepareDeployment } from "../deploy/deployment.ts";
import { restartOptions } from "../deploy/options.ts";
import { runDeployment } from "../deploy/runDeployment.ts";
import { FlyError, prefixed } from "../errors.ts";
import { remoteConfig } from "../flyToml/remote.ts";
import { int, struct } from "../go/json.ts";
import type { Invocation } from "../invocation.ts";
import { MachinesApi } from "../machines/machinesApi.ts";
import type { AppCompact } from "../types/app.ts";
import { FlapsApp } from "../types/flapsApp.ts";

const Updated = struct("fly.UpdateAppSecretsResp", { version: int });

/** Sets secrets, or takes those away whose value is null, and remembers the version they then have. */
export async function updateSecrets(
  invocation: Invocation,
  values: Record<string, string | null>,
): Promise<void> {
  const { flaps, appName, secretVersions } = invocation;
  const failure = "update secrets: failed to update app secrets";
  const options = { failure, body: { values } };
  const { version } = await flaps.fetch(Updated, "POST", `/apps/${appName}/secrets`, options);
  secretVersions.set(appName, version);
}

/** Restarts the app's machines with its new secrets, unless they are only to be staged. */
export async function applySecrets(invocation: Invocation, app: AppCompact): Promise<void> {
  const { flags, flaps, streams } = invocation;
  if (flags.bool("stage")) {
    streams.out(
      "Secrets have been staged, but not set on VMs. Deploy or update machines in this app for the secrets to take " +
        "effect.\n",
    );
    return;
  }
  const { machines } = await new MachinesApi(flaps, app.Name).listManaged();
  if (!app.Deployed && machines.length === 0) {
    streams.out("Secrets are staged for the first deployment\n");
    return;
  }
  await restartWithSecrets(invocation, app);
}

/** Restarts what the last release deployed; today's fly.toml is not looked at. */
async function restartWithSecrets(invocation: Invocation, app: AppCompact): Promise<void> {
  const { flags, flaps } = invocation;
  const flyToml = await remoteConfig(invocation, app.Name).catch((error) => {
    throw prefixed("error loading appv2 config: ", error);
  });
  const launched = await flaps.fetch(FlapsApp, "GET", `/apps/${app.Name}`, { failure: "error getting app" });
  const options = restartOptions({ detach: flags.bool("detach"), dnsChecks: flags.bool("dns-checks") });
  const image = { ref: "", buildId: 0, builderId: "" };
  await runDeployment(await prepareDeployment(invocation, launched, flyToml, image, options));
}

/** `secrets deploy`: what was staged. */
export async function deploySecrets(invocation: Invocation): Promise<void> {
  const app = await appCompactOf(invocation);
  const { machines } = await new MachinesApi(invocation.flaps, invocation.appName).listManaged();
  if (!app.Deployed || machines.length === 0) {
    throw new FlyError("no machines available to deploy", {
      description:
        "'fly secrets deploy' will only work if the app has been deployed and there are machines available",
      suggestion: "Try 'fly deploy' first",
    });
  }
  await applySecrets(invocation, app);
}
