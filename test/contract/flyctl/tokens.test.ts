import { describe, expect, test } from "vitest";
import type { RecordedRequest } from "./recordings.ts";
import { graphqlApp, machine, startSandbox } from "./running.ts";

const answers = {
  ...graphqlApp,
  "GET /v1/apps/demo/volumes": [],
  "GET /v1/apps/demo/secrets": { secrets: [] },
  "GET /v1/apps/demo/machines": [machine],
  "GET /api/v1/apps/demo/releases": { releases: [] },
};

/** Runs commands that together use all three APIs. @returns the Authorization header of each API */
async function authorizations(token: Record<string, string>): Promise<Record<string, string | undefined>> {
  const { server, run } = await startSandbox(answers, { environment: { FLY_APP: "demo", ...token } });
  await run(["volumes", "list"]);
  await run(["secrets", "list"]);
  const of = (matches: (request: RecordedRequest) => boolean) => server.requests.find(matches)?.authorization;
  return {
    graphql: of(({ url }) => url === "/graphql"),
    machines: of(({ url }) => url.startsWith("/v1/")),
    uiex: of(({ url }) => url.startsWith("/api/v1/")),
  };
}

describe("flyctl's token", () => {
  test("is FLY_ACCESS_TOKEN's before FLY_API_TOKEN's", async () => {
    const sent = await authorizations({ FLY_ACCESS_TOKEN: "Bearer fo1_a", FLY_API_TOKEN: "fo1_b" });
    expect(sent).toEqual({ graphql: "Bearer fo1_a", machines: "Bearer fo1_a", uiex: "Bearer fo1_a" });
  });

  test("is nothing if FLY_ACCESS_TOKEN is empty, and flyctl then asks nobody", async () => {
    const { server, run } = await startSandbox(answers);
    const { exit, stderr } = await run(["orgs", "list"], { environment: { FLY_ACCESS_TOKEN: "" } });
    expect([exit, stderr]).toEqual([
      1,
      "Error: no access token available. Please login with 'flyctl auth login'\n",
    ]);
    expect(server.requests).toEqual([]);
  });

  test("is dropped without a word if it looks like a macaroon and is none", async () => {
    const { graphql } = await authorizations({ FLY_API_TOKEN: "fm2_made-up" });
    expect(graphql?.trim()).toBe("Bearer");
  });
});
