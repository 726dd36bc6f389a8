import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { type Equipment, missingEquipment } from "../../../program/preflight.ts";

const complete: Equipment = {
  environment: { FLY_API_TOKEN: "fo1_x", TAILSCALE_API_KEY: "tskey-api-x" },
  flyctl: true,
  docker: "answers",
};

test("a machine with flyctl, Docker and both credentials lacks nothing", () => {
  expect(missingEquipment(complete)).toEqual([]);
});

test("a prebuilt image needs no Docker", () => {
  expect(missingEquipment({ ...complete, docker: undefined })).toEqual([]);
});

test.each([
  ["flyctl", { flyctl: false }, "flyctl is not on the PATH"],
  ["Docker", { docker: "silent" as const }, "Docker does not answer"],
  [
    "the daemon of docker's context",
    { docker: "elsewhere" as const },
    "does not look where docker's current context",
  ],
  ["the Fly token", { environment: { TAILSCALE_API_KEY: "x" } }, "FLY_API_TOKEN is not set"],
  ["the Tailscale credential", { environment: { FLY_API_TOKEN: "x" } }, "no Tailscale credential"],
])("without %s there is one message with a way out", (_, lacking, message) => {
  const mistakes = missingEquipment({ ...complete, ...lacking });
  expect(mistakes).toHaveLength(1);
  expect(mistakes[0]?.what).toContain(message);
  expect(mistakes[0]?.fix).not.toBe("");
});

test("an empty FLY_ACCESS_TOKEN is named, because flyctl would take it instead of a good FLY_API_TOKEN", () => {
  const [mistake] = missingEquipment({
    ...complete,
    environment: { ...complete.environment, FLY_ACCESS_TOKEN: "" },
  });
  expect(mistake).toEqual({
    what: expect.stringContaining("hides FLY_API_TOKEN"),
    fix: "unset FLY_ACCESS_TOKEN",
  });
});

describe("a Tailscale credential may be", () => {
  test.each([
    { TAILSCALE_OAUTH_CLIENT_ID: "id", TAILSCALE_OAUTH_CLIENT_SECRET: "secret" },
    { TAILSCALE_OAUTH_CLIENT_ID: "id", TAILSCALE_IDENTITY_TOKEN: "token" },
  ])("%j", (variables) => {
    const environment = { FLY_API_TOKEN: "fo1_x", ...variables };
    expect(missingEquipment({ ...complete, environment })).toEqual([]);
  });

  test("not half of an OAuth client", () => {
    const environment = { FLY_API_TOKEN: "fo1_x", TAILSCALE_OAUTH_CLIENT_ID: "id" };
    expect(missingEquipment({ ...complete, environment })).toHaveLength(1);
  });

  test("not an audience alone; the commands that are printed then turn it into a credential where GitHub gives tokens", async () => {
    const environment = {
      FLY_API_TOKEN: "fo1_x",
      TAILSCALE_OAUTH_CLIENT_ID: "id",
      TAILSCALE_AUDIENCE: "api.tailscale.com/id",
    };
    const [mistake, ...others] = missingEquipment({ ...complete, environment });
    expect(others).toEqual([]);
    expect(mistake?.what).toContain("TAILSCALE_AUDIENCE");
    const github = createServer(({ headers, url }, answer) => {
      const asked = `${headers.authorization} ${new URL(url ?? "", "http://x").searchParams.get("audience")}`;
      answer.end(JSON.stringify({ value: asked }));
    }).listen(0, "127.0.0.1");
    await once(github, "listening");
    const { port } = github.address() as AddressInfo;
    const env = {
      ...environment,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "t",
      ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/?api-version=2`,
    };
    const { stdout } = await execa("bash", ["-c", `${mistake?.fix}; env`], { env }).finally(() =>
      github.close(),
    );
    const after = Object.fromEntries(stdout.split("\n").map((line) => line.split(/=(.*)/s)));
    expect(after.TAILSCALE_IDENTITY_TOKEN).toBe("bearer t api.tailscale.com/id");
    expect(missingEquipment({ ...complete, environment: { FLY_API_TOKEN: "fo1_x", ...after } })).toEqual([]);
    expect(after.TAILSCALE_AUDIENCE).toBeUndefined();
  });
});
