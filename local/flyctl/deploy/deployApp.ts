import { checkEgress, egressAddresses } from "../api/egress.ts";
import { FlyError, Interrupted, messageOf } from "../errors.ts";
import type { FlyToml } from "../flyToml/flyToml.ts";
import { remoteConfig } from "../flyToml/remote.ts";
import { appUrl } from "../flyToml/services.ts";
import { invalidConfig, validate } from "../flyToml/validate.ts";
import type { Invocation } from "../invocation.ts";
import { yellow } from "../output/streams.ts";
import { parsePairs } from "../parsePairs.ts";
import { askForFeatureFlags } from "../telemetry/featureFlags.ts";
import { FlapsApp } from "../types/flapsApp.ts";
import { measured } from "./deployMetrics.ts";
import { prepareDeployment } from "./deployment.ts";
import { findImage } from "./findImage.ts";
import { type Addresses, optionsFromFlags } from "./options.ts";
import { runDeployment } from "./runDeployment.ts";

/** `flyctl deploy`, from fly.toml to the address of what runs then. */
export async function deployApp(invocation: Invocation): Promise<void> {
  const { appName, flaps, flags, http, environment, streams, tracer } = invocation;
  const flyToml = await tracer.span("get_app_config", () => verifiedConfig(invocation));
  const app = await flaps.fetch(FlapsApp, "GET", `/apps/${appName}`);
  await askForFeatureFlags(http, environment, app.organization.internal_numeric_id);
  warnOfSecrets(invocation, flyToml);
  const image = await tracer.span("determine_image", () => findImage(invocation, app, flyToml));
  streams.out(`\nWatch your deployment at https://fly.io/apps/${appName}/monitoring\n\n`);
  const { addresses } = await tracer.span("deploy_to_machines", async (traceId) => {
    return measured(invocation, { app, flyToml, image: image.ref, traceId }, async () => {
      const options = optionsFromFlags(flags);
      const deployment = await prepareDeployment(invocation, app, flyToml, image, options);
      await lookAtEgressAddresses(invocation, deployment.strategy);
      await runDeployment(deployment);
      return options;
    });
  });
  tellAddress(invocation, flyToml, addresses);
}

/** fly.toml, or what the last release was deployed with if there is no such file. */
async function verifiedConfig(invocation: Invocation): Promise<FlyToml> {
  const { appName, flags, settings, streams } = invocation;
  streams.error("==> Verifying app config\n");
  const flyToml = invocation.flyToml ?? (await remote(invocation));
  const { config } = flyToml;
  config.env = { ...config.env, ...parsePairs(flags.strings("env"), "failed parsing environment") };
  config.app = appName;
  const { report, isValid } = validate(flyToml);
  streams.out(report);
  if (!isValid) throw invalidConfig();
  const strategy = config.deploy?.strategy;
  const hasLimit = config.deploy?.max_unavailable !== null && config.deploy?.max_unavailable !== undefined;
  if (hasLimit && strategy !== "rolling" && strategy !== "canary" && !settings.jsonOutput) {
    streams.out(`Warning: max-unavailable set for non-rolling strategy '${strategy}', ignoring\n`);
  }
  streams.error("--> Verified app config\n");
  return flyToml;
}

async function remote(invocation: Invocation): Promise<FlyToml> {
  const { appName } = invocation;
  try {
    return await remoteConfig(invocation, appName);
  } catch (error) {
    if (!messageOf(error).includes("Could not find App")) throw error;
    throw new FlyError(
      `the app name ${appName} could not be found, did you create the app or misspell it in the fly.toml file or via -a?`,
    );
  }
}

const suspicious = ["KEY", "PRIVATE", "DATABASE_URL", "PASSWORD", "SECRET"];
const innocent = ["AWS_ACCESS_KEY_ID", "TIGRIS_ACCESS_KEY_ID"];

function warnOfSecrets({ streams }: Invocation, { config }: FlyToml): void {
  for (const name of Object.keys(config.env)) {
    if (innocent.includes(name) || !suspicious.some((word) => name.includes(word))) continue;
    streams.error(
      `${yellow("WARN")} ${name} may be a potentially sensitive environment variable. Consider setting it as a secret, ` +
        "and removing it from the [env] section: https://fly.io/docs/apps/secrets/\n\n",
    );
  }
}

/** A good time to see whether there are enough of them; nothing that fails here matters. */
async function lookAtEgressAddresses(invocation: Invocation, strategy: string): Promise<void> {
  const addresses = await egressAddresses(invocation).catch((error) => {
    if (error instanceof Interrupted) throw error;
    return [];
  });
  await checkEgress(invocation, addresses, strategy);
}

function tellAddress({ appName, streams }: Invocation, { config }: FlyToml, addresses: Addresses): void {
  const url = appUrl(config);
  if (url && addresses === "public") streams.out(`\nVisit your newly deployed app at ${url}\n\n`);
  else if (addresses === "private") {
    streams.out(
      "\nYour your newly deployed app is available in the organizations' private network under " +
        `http://${appName}.flycast\n`,
    );
  } else if (addresses === "none") {
    streams.out("\nYour app is deployed but does not have a public or private IP address\n");
  }
}
