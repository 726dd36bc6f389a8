import { expect, test } from "vitest";
import { type MachineView, machineFindings } from "../../../ops/machineFindings.ts";
import { outputs } from "./outputs.ts";

/** What doctor says of the agents' credential. */
function agents(answer: Omit<NonNullable<MachineView["model"]>, "missing"> | undefined) {
  const model = answer && { ...answer, missing: [] };
  const device = { state: "Running", name: "acme.tail1234.ts.net", problem: "", mend: "", warning: "" };
  const health = { status: "ok", warnings: [] };
  const findings = machineFindings({ health, device, model, kernel: undefined }, outputs);
  return findings.filter(({ subject }) => subject === "agents");
}

const token = "CLAUDE_CODE_OAUTH_TOKEN";

test.each([
  ["is accepted", { credential: token, status: 200, message: "" }, /accepts their claudeToken/, undefined],
  [
    "is missing",
    { credential: null, status: 0, message: "" },
    /have no token/,
    /config set --secret claudeToken/,
  ],
  [
    "is refused",
    { credential: token, status: 401, message: "Invalid bearer token" },
    /refuses their claudeToken: Invalid bearer token/,
    /config set --secret claudeToken/,
  ],
  [
    "is a key that is refused",
    { credential: "ANTHROPIC_API_KEY", status: 401, message: "invalid x-api-key" },
    /refuses their anthropicKey/,
    /config set --secret anthropicKey/,
  ],
  [
    "cannot be checked, as Anthropic is overloaded",
    { credential: token, status: 529, message: "Overloaded" },
    /HTTP 529: Overloaded/,
    /status/,
  ],
  [
    "cannot be checked, as nobody answers",
    { credential: token, status: 0, message: "" },
    /does not answer/,
    /status/,
  ],
  ["is not told by an older image", undefined, /cannot be asked/, /pulumi up/],
])("doctor has one finding where the credential %s", (_what, model, text, mend) => {
  const [finding, ...more] = agents(model);
  expect(more).toEqual([]);
  expect(finding?.text).toMatch(text);
  if (mend) expect(finding?.mend).toMatch(mend);
  else expect(finding?.mend).toBeUndefined();
});
