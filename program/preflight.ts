/**
 * What `pulumi up` needs of the machine it runs on: flyctl, Docker where the image is built here, and the credentials. Asked before
 * anything is made, so that nothing is left half made. A preview needs none of it and only says what an update would miss.
 */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { type DockerFound, findDocker } from "../components/image/dockerDaemon.ts";
import { type Mistake, mistakesText } from "./mistakes.ts";

/** How this machine is equipped. */
export interface Equipment {
  environment: Readonly<Record<string, string | undefined>>;
  flyctl: boolean;
  /** Undefined where no Docker is needed. */
  docker: DockerFound | undefined;
}

/** The ways to give a Tailscale credential, each as the variables that have to be there together. */
const tailscaleCredentials = [
  ["TAILSCALE_API_KEY"],
  ["TAILSCALE_OAUTH_CLIENT_ID", "TAILSCALE_OAUTH_CLIENT_SECRET"],
  ["TAILSCALE_OAUTH_CLIENT_ID", "TAILSCALE_IDENTITY_TOKEN"],
];

/** The provider fetches a token for an audience itself, and takes no token beside it. The command is for GitHub Actions. */
const audienceOnly: Mistake = {
  what:
    "TAILSCALE_AUDIENCE has the Tailscale provider fetch a token, and only the provider; this program asks the API too, " +
    "and needs the token itself",
  fix:
    'export TAILSCALE_IDENTITY_TOKEN="$(curl --silent --fail --header "Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" ' +
    '"$ACTIONS_ID_TOKEN_REQUEST_URL&audience=$TAILSCALE_AUDIENCE" | jq --raw-output .value)"; unset TAILSCALE_AUDIENCE',
};

/** What is missing, each with the command that fixes it. */
export function missingEquipment({ environment, flyctl, docker }: Equipment): Mistake[] {
  const present = (name: string) => Boolean(environment[name]);
  const mistakes: Mistake[] = [];
  if (!flyctl) {
    mistakes.push({ what: "flyctl is not on the PATH", fix: "curl -L https://fly.io/install.sh | sh" });
  }
  // flyctl takes the first of the two that is there, even when it is empty.
  if (!environment.FLY_ACCESS_TOKEN && (environment.FLY_ACCESS_TOKEN === "" || !environment.FLY_API_TOKEN)) {
    const what =
      environment.FLY_ACCESS_TOKEN === ""
        ? "FLY_ACCESS_TOKEN is empty, which hides FLY_API_TOKEN"
        : "FLY_API_TOKEN is not set";
    const fix =
      environment.FLY_ACCESS_TOKEN === ""
        ? "unset FLY_ACCESS_TOKEN"
        : 'export FLY_API_TOKEN="$(flyctl tokens create org --expiry 24h)"';
    mistakes.push({ what, fix });
  }
  if (!tailscaleCredentials.some((names) => names.every(present))) {
    if (present("TAILSCALE_OAUTH_CLIENT_ID") && present("TAILSCALE_AUDIENCE")) mistakes.push(audienceOnly);
    else
      mistakes.push({
        what: "no Tailscale credential is set: an OAuth client with the scopes auth_keys and devices:core, or an API key",
        fix: "export TAILSCALE_OAUTH_CLIENT_ID=… TAILSCALE_OAUTH_CLIENT_SECRET=…",
      });
  }
  if (docker === "elsewhere") {
    mistakes.push({
      what: "Pulumi's Docker provider does not look where docker's current context has its daemon, unless DOCKER_HOST says so",
      fix: `export DOCKER_HOST="$(docker context inspect -f '{{.Endpoints.docker.Host}}')"`,
    });
  }
  if (docker === "silent") {
    mistakes.push({
      what: "Docker does not answer, and the image is built with it (a prebuilt one, the setting `image`, needs no Docker)",
      fix: "start Docker and check with: docker version",
    });
  }
  return mistakes;
}

/**
 * Looks at this machine.
 *
 * @throws pulumi.RunError in an update that lacks something, before any resource is made; a preview warns instead.
 */
export function checkEquipment({ needsDocker }: { needsDocker: boolean }): void {
  const missing = missingEquipment({
    environment: process.env,
    flyctl: isOnPath("flyctl"),
    docker: needsDocker ? findDocker() : undefined,
  });
  if (missing.length === 0) return;
  const text = mistakesText("`pulumi up` on this machine", missing);
  if (!pulumi.runtime.isDryRun()) throw new pulumi.RunError(text);
  pulumi.log.warn(text);
}

const isOnPath = (program: string) =>
  (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
