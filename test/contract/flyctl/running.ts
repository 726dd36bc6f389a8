import { onTestFinished } from "vitest";
import { type Answerer, type Reaction, RecordingServer } from "./recordingServer.ts";
import type { ProbeInput, RecordedRequest } from "./recordings.ts";
import { FlyctlSandbox } from "./runFlyctl.ts";

// For tests of what a recording cannot show: files that flyctl leaves behind, headers, signals, lost connections.

/** Starts a sandbox for flyctl and a server with these answers. Both are removed when the test ends. */
export async function startSandbox(answers: Record<string, unknown>, input: ProbeInput = {}) {
  const server = new RecordingServer(answering(answers));
  const sandbox = await FlyctlSandbox.create(input);
  onTestFinished(async () => {
    await sandbox.remove();
    await server.stop();
  });
  await server.start();
  const run = (argv: string[], more: ProbeInput = {}) =>
    sandbox.run(argv, { ...input, ...more }, server.environment);
  return { server, sandbox, run };
}

/**
 * Finds the answer by `METHOD path`, or by the first field that a GraphQL document asks for. An answer is the body of a 200,
 * a reaction of the server, or a function of the request that returns one of these.
 */
function answering(answers: Record<string, unknown>): Answerer {
  return (request) => {
    const answer = answers[nameOf(request)];
    if (answer === undefined) return { status: 501, body: { error: `no answer for ${nameOf(request)}` } };
    const made = typeof answer === "function" ? (answer(request) as unknown) : answer;
    return isReaction(made) ? made : { status: 200, body: made };
  };
}

function nameOf({ method, url, graphql }: RecordedRequest): string {
  return graphql
    ? (/^(?:\w+:)?\w+/.exec(graphql.selects[0] ?? "")?.[0] ?? "")
    : `${method} ${url.replace(/\?.*/, "")}`;
}

function isReaction(value: unknown): value is Reaction {
  if (value === "drop" || value === "never") return true;
  return typeof value === "object" && value !== null && "status" in value && "body" in value;
}

const organization = { id: "org_1", internalNumericId: "1", slug: "acme", rawSlug: "acme", paidPlan: true };

/** GraphQL's answers for an app. */
export const graphqlApp = {
  "appcompact:app": { data: { appcompact: { id: "demo", name: "demo", deployed: false, organization } } },
  "appbasic:app": { data: { appbasic: { id: "demo", name: "demo", organization } } },
};

/** A machine in the form of the Machines API that has just started. */
export const machine = {
  id: "machine1",
  name: "quiet-sun",
  state: "started",
  region: "sjc",
  instance_id: "01",
  host_status: "ok",
  config: { metadata: { fly_platform_version: "v2", fly_process_group: "app", fly_release_version: "1" } },
  events: [],
  checks: [],
};

/** The answers for a first deploy of one machine without services. `ofMachine` adds the answers about that machine. */
export const firstDeploy = (ofMachine: Record<string, unknown>): Record<string, unknown> => ({
  "GET /v1/apps/demo": {
    name: "demo",
    status: "pending",
    organization: { slug: "acme", internal_numeric_id: 1 },
  },
  "GET /api/v1/organizations/acme": { organization: { slug: "acme" } },
  "POST /api/v1/builds": { id: 1 },
  "POST /api/v1/builds/finish": { id: 1 },
  app: {
    data: {
      app: {
        id: "demo",
        egressIpAddresses: { nodes: [] },
        image: { id: "img", ref: "r/i:1", compressedSize: "1" },
      },
    },
  },
  "GET /v1/apps/demo/machines": [],
  "POST /api/v1/releases": { release: { id: "rel_1", version: 1 } },
  "PATCH /api/v1/releases/rel_1": { id: "rel_1" },
  "POST /v1/apps/demo/machines": { ...machine, nonce: "nonce1" },
  "DELETE /v1/apps/demo/machines/machine1/lease": { ok: true },
  ...ofMachine,
});

export const deployOptions = [
  "--image",
  "i:1",
  "--ha=false",
  "--no-public-ips",
  "--dns-checks=false",
  "--smoke-checks=false",
];
