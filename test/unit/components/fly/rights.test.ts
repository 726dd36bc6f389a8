import { expect, test } from "vitest";
import { isRefusal, missingRight } from "../../../../components/fly/rights.ts";

test.each([
  "unauthorized (Request ID: 01M3)",
  "failed to run query (…) { … }: You must be authenticated to view this.",
  "Not authorized to deploy this app.",
  "server returned a non-200 status code: 401",
])("%j is a refusal of the token", (message) => {
  expect(isRefusal(message)).toBe(true);
});

test.each(['Could not find App "x"', "server returned a non-200 status code: 502", "app not found"])(
  "%j is none",
  (message) => {
    expect(isRefusal(message)).toBe(false);
  },
);

test.each([
  [["apps", "create", "a", "--org", "acme", "--yes"], "flyctl tokens create org --org acme --expiry 24h"],
  [["apps", "list", "--org", "acme"], "flyctl tokens create org --org acme --expiry 24h"],
  [["deploy", "--app", "a"], "flyctl tokens create deploy --app a --expiry 720h"],
  [["apps", "destroy", "a", "--yes"], "flyctl tokens create deploy --app a --expiry 720h"],
])("whoever may not do %j is told how to make the token", (args, command) => {
  expect(missingRight("a", args)).toContain(`unset FLY_API_TOKEN; export FLY_API_TOKEN="$(${command})"`);
});
