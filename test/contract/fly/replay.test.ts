import pWaitFor from "p-wait-for";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type RecordedRequest, readProbes } from "../flyctl/recordings.ts";
import type { Answer, ApiClient } from "./support/apiClient.ts";
import { askedFor, recordedQuery } from "./support/recordedQuery.ts";
import { learnIdentities, missingFrom, withIdentities } from "./support/structure.ts";
import { TestFly } from "./support/testFly.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const recordedDigest = `sha256:${"cd".repeat(32)}`;

// Sends the emulator every request of the recorded real flyctl, in the same order. The emulator has to answer
// with the same status and at least the fields that were enough for flyctl.
describe("the emulator answers as the server of the recordings did:", () => {
  const probes = readProbes("flyctl-probes.jsonl");
  /** Maps identities of things in the recordings to those on this server. */
  const known = new Map<string, string | number>();
  let fly: TestFly;
  let api: ApiClient;

  beforeAll(async () => {
    fly = await TestFly.start();
    api = fly.api();
    const image = await fly.image("paperclip-demo");
    known.set(JSON.stringify(recordedDigest), image.split("@")[1] ?? "");
  });
  afterAll(() => fly?.stop());

  /** What happened between the recorded runs, in runs without a recording. */
  const before: Record<string, () => Promise<unknown>> = {
    "13-ips-list": () => api.ok("POST", "/v1/apps/paperclip-demo/ip_assignments", { type: "private_v6" }),
    "32-secrets-deploy": () => api.ok("POST", "/v1/apps/paperclip-demo/secrets", { values: { LIVE: "1" } }),
    "37-snapshots-list": async () => {
      const [volume] = await api.ok<{ id: string }[]>("GET", "/v1/apps/paperclip-demo/volumes");
      await api.ok("POST", `/v1/apps/paperclip-demo/volumes/${volume?.id}/snapshots`);
    },
  };

  function send(request: RecordedRequest): Promise<Answer<unknown>> {
    const headers: Record<string, string> = {};
    if (request.leaseNonce) headers["fly-machine-lease-nonce"] = withIdentities(request.leaseNonce, known);
    const body = request.graphql
      ? recordedQuery(request.graphql, withIdentities(request.variables ?? {}, known))
      : (withIdentities(request.body, known) ?? undefined);
    return api.call(request.method, withIdentities(request.url, known), body, headers);
  }

  function differences(answer: Answer<unknown>, request: RecordedRequest): string[] {
    if (answer.status !== request.status) {
      return [`status ${answer.status} instead of ${request.status}: ${JSON.stringify(answer.body)}`];
    }
    return missingFrom(answer.body, expected(request));
  }

  function expected({ graphql, response }: RecordedRequest): unknown {
    if (!graphql) return response;
    return { data: askedFor(graphql, (response as { data: unknown }).data) };
  }

  async function replay(request: RecordedRequest): Promise<void> {
    let answer = await send(request);
    // Machines take time, as they did during the recording. Requests that only read can be repeated.
    if (request.method === "GET") {
      const look = async () => {
        if (differences(answer, request).length === 0) return true;
        answer = await send(request);
        return false;
      };
      await pWaitFor(look, { interval: 200, timeout: 20_000 }).catch(() => undefined);
    }
    const what = `${request.method} ${request.url} ${JSON.stringify(request.graphql ?? "")}`;
    expect(differences(answer, request), what).toEqual([]);
    learnIdentities(answer.body, expected(request), known);
  }

  const withRequests = probes.filter(({ requests }) => requests.some(({ via }) => via === "api"));

  test.each(withRequests)("$probe", async ({ probe, requests }) => {
    await before[probe]?.();
    for (const request of requests) {
      if (request.via === "api") await replay(request);
    }
  });
});
