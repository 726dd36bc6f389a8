import { refuseEgressAddresses } from "../api/egress.ts";
import { NotEmulated } from "../errors.ts";
import type { FlyToml } from "../flyToml/flyToml.ts";
import { appUrl } from "../flyToml/services.ts";
import { invalidConfig, validate } from "../flyToml/validate.ts";
import type { Invocation } from "../invocation.ts";
import { askForFeatureFlags } from "../telemetry/featureFlags.ts";
import { FlapsApp } from "../types/flapsApp.ts";
import { findImage } from "./findImage.ts";
import { type DeployOptions, requireWithoutDnsCheck } from "./options.ts";
import { prepareDeployment } from "./prepare.ts";
import { runDeployment } from "./runDeployment.ts";

/** `flyctl deploy`, from reading fly.toml to printing the app's address. */
export async function deployApp(invocation: Invocation, options: DeployOptions): Promise<void> {
  const { appName, flaps, http, environment, streams } = invocation;
  const { config } = verifiedConfig(invocation);
  const app = await flaps.fetch(FlapsApp, "GET", `/apps/${appName}`);
  await askForFeatureFlags(http, environment, app.organization.internal_numeric_id);
  const image = await findImage(invocation, app, config.app);
  requireWithoutDnsCheck(invocation.flags);
  streams.out(`\nWatch your deployment at https://fly.io/apps/${appName}/monitoring\n\n`);
  const deployment = await prepareDeployment(invocation, app, config, image, options);
  await refuseEgressAddresses(invocation);
  await runDeployment(deployment);
  const url = appUrl(config);
  if (!options.publicAddresses)
    streams.out("\nYour app is deployed but does not have a public or private IP address\n");
  else if (url) streams.out(`\nVisit your newly deployed app at ${url}\n\n`);
}

function verifiedConfig({ appName, flyToml, streams }: Invocation): FlyToml {
  streams.error("==> Verifying app config\n");
  if (!flyToml) throw new NotEmulated("a deploy without fly.toml");
  if (flyToml.unknown.length > 0) throw new NotEmulated(`fly.toml's ${flyToml.unknown.join(", ")}`);
  flyToml.config.app = appName;
  const { report, isValid } = validate(flyToml);
  streams.out(report);
  if (!isValid) throw invalidConfig();
  streams.error("--> Verified app config\n");
  return flyToml;
}
