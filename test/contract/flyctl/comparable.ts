import type { Probe, RecordedRequest } from "./recordings.ts";
import type { FlyctlRun } from "./runFlyctl.ts";

// All permitted differences between two faithful runs, and nothing else.

/** Texts that change from run to run. */
const volatileTexts: [RegExp, string][] = [
  [/\d{4}\.\d{1,2}\.\d{1,2}-\w+\.\d+/g, "<version>"],
  [/Commit: \S+ BuildDate: \S+/g, "<build>"],
  [/\(Trace ID: [0-9a-f]{32}\)/g, "(Trace ID: <trace>)"],
  [/127\.0\.0\.1:\d{4,5}/g, "127.0.0.1:<port>"],
  // A deadline that passes during a request.
  [/net\/http: request canceled|context deadline exceeded/g, "<too late>"],
  // How often flyctl polls checks that do not pass yet depends on the machine's speed.
  [/^( {2}Waiting for .*\n)\1+/gm, "$1"],
  // The working directory of the run.
  [/\/\S*\/flyctl-\w{6}\/work\//g, ""],
];

/** Body fields that hold a version or a time span. */
const volatileFields = new Map<string, (value: unknown) => unknown>([
  ["error", (error) => (typeof error === "string" ? stableText(error) : error)],
  ["fly_flyctl_version", () => "<version>"],
  ["flyctl_version", () => "<version>"],
  ["build_and_push_ms", measured],
  ["build_ms", measured],
]);

function measured(value: unknown): unknown {
  return typeof value === "number" && value >= 0 ? "<ms>" : value;
}

/** Requests that flyctl repeats until something happens. How often depends on the machine's speed. */
const polls = [
  /^GET \/v1\/apps\/[^/]+\/machines\/[^/]+$/,
  /^GET \/v1\/apps\/[^/]+\/machines\/[^/]+\/(wait|ps)\b/,
  /^GET \/api\/v1\/apps\/[^/]+\/logs\b/,
];

/** Requests that a timer or a second thread sends. It matters only that they arrive, not when. */
const besides: ((request: RecordedRequest) => boolean)[] = [
  // Feature flags.
  ({ via }) => via !== "api",
  // The lease refresh, every four seconds.
  ({ url, leaseNonce }) => /\/lease\?ttl=/.test(url) && leaseNonce !== undefined,
];

export interface Comparable {
  exit: number;
  stdout: string;
  stderr: string;
  requests: unknown[];
  besides: string[];
}

export function comparable(run: FlyctlRun, requests: RecordedRequest[]): Comparable {
  const isBesides = (request: RecordedRequest) => besides.some((matches) => matches(request));
  return {
    exit: run.exit,
    stdout: stableText(run.stdout),
    stderr: stableText(run.stderr),
    requests: withoutRepeatedPolls(
      sortSideBySide(requests.filter((request) => !isBesides(request))).map(stableRequest),
    ),
    besides: [...new Set(requests.filter(isBesides).map(summary))].sort(),
  };
}

export const recorded = (probe: Probe): Comparable => comparable(probe, probe.requests);

function stableText(text: string): string {
  return volatileTexts.reduce((result, [pattern, name]) => result.replace(pattern, name), text);
}

function stableRequest({ via, method, url, body, graphql, variables, leaseNonce }: RecordedRequest): unknown {
  return stableValue({ via, method, url, body, graphql, variables, leaseNonce });
}

function stableValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stableValue);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [
      key,
      volatileFields.get(key)?.(field) ?? stableValue(field),
    ]),
  );
}

function withoutRepeatedPolls(requests: unknown[]): unknown[] {
  return requests.filter((request, index) => {
    const { method, url } = request as RecordedRequest;
    const isPoll = polls.some((pattern) => pattern.test(`${method} ${url}`));
    return !(isPoll && JSON.stringify(request) === JSON.stringify(requests[index - 1]));
  });
}

const summary = (request: RecordedRequest): string =>
  [request.via, request.method, request.url, request.graphql?.selects[0] ?? ""].join(" ").trim();

/** Sorts each stretch of requests whose order has no meaning. All others keep their place. */
function sortSideBySide(requests: RecordedRequest[]): RecordedRequest[] {
  const stretchOf = stretches(requests);
  const groups: { stretch: string | undefined; requests: RecordedRequest[] }[] = [];
  for (const request of requests) {
    const stretch = stretchOf(request);
    const last = groups.at(-1);
    if (last && stretch && last.stretch === stretch) last.requests.push(request);
    else groups.push({ stretch, requests: [request] });
  }
  return groups.flatMap((group) => group.requests.sort((a, b) => (summary(a) < summary(b) ? -1 : 1)));
}

/** Names the stretch of parallel requests that a request belongs to, if any. */
function stretches(requests: RecordedRequest[]): (request: RecordedRequest) => string | undefined {
  const createsVolume = requests.some(({ graphql }) => graphql?.selects[0] === "platform.requestRegion");
  return ({ method, graphql }) => {
    const isQuestion = graphql ? /platform|appbasic/.test(graphql.selects[0] ?? "") : method === "GET";
    return createsVolume && isQuestion ? "what a new volume needs" : undefined;
  };
}
