import { describe, expect, test } from "vitest";
import { type ModelAnswer, modelAnswer, modelFindings, modelShape } from "../../../ops/modelFinding.ts";

const accepted = {
  credential: "CLAUDE_CODE_OAUTH_TOKEN",
  asking: false,
  status: 200,
  message: "",
};
const answer = (changes: object): ModelAnswer => modelShape.parse({ ...accepted, ...changes });
const key = { credential: "ANTHROPIC_API_KEY" };
const replacesToken =
  /^claude setup-token, then: tr .* \| pulumi config set --secret claudeToken && pulumi up$/;
const takesKey = /^pulumi config set --secret anthropicKey && pulumi config rm claudeToken && pulumi up$/;

describe("doctor has one finding where the credential", () => {
  test.each<[string, object, RegExp, RegExp | undefined]>([
    ["is accepted", {}, /^Anthropic accepts their claudeToken$/, undefined],
    ["is missing", { credential: null, status: 0 }, /have no credential/, /config set --secret anthropicKey/],
    [
      "is refused",
      { status: 401, kind: "authentication_error", message: "Invalid bearer token" },
      /refuses the stack's claudeToken: Invalid bearer token/,
      replacesToken,
    ],
    [
      "is a key that is refused",
      { ...key, status: 401, message: "invalid x-api-key" },
      /refuses the stack's anthropicKey: invalid x-api-key/,
      /^pulumi config set --secret anthropicKey && pulumi up$/,
    ],
    [
      "is at its limit, which is no outage",
      { status: 429, kind: "rate_limit_error", message: "Try again later.", until: 1795874912 },
      /accepts their claudeToken; limit reached until 2026-11-28 14:08 UTC: Try again later\.$/,
      undefined,
    ],
    [
      "is at a limit without a time",
      { ...key, status: 429, message: "Rate limited" },
      /accepts their anthropicKey; limit reached: Rate limited$/,
      undefined,
    ],
    [
      "is right and the model is gone",
      { status: 404, kind: "not_found_error", message: "model: claude-haiku-4-5" },
      /accepts their claudeToken; the model that was asked is gone: model: claude-haiku-4-5/,
      undefined,
    ],
    [
      "is known but not allowed to ask",
      { status: 403, kind: "permission_error", message: "OAuth authentication is currently not allowed." },
      /HTTP 403\): OAuth authentication is currently not allowed\./,
      takesKey,
    ],
    [
      "is not paid for by the plan any more",
      {
        status: 400,
        kind: "invalid_request_error",
        message: "Third-party apps now draw from your extra usage.",
      },
      /HTTP 400: Third-party apps now draw from your extra usage\./,
      takesKey,
    ],
    [
      "is a key without credit",
      { ...key, status: 400, message: "Your credit balance is too low." },
      /HTTP 400: Your credit balance is too low\./,
      /platform\.claude\.com\/settings\/billing/,
    ],
    [
      "cannot be checked, as Anthropic is overloaded",
      { status: 529, message: "Overloaded" },
      /HTTP 529: Overloaded/,
      /status/,
    ],
    [
      "cannot be checked, as nobody answers",
      { status: 0, message: "API Error: Connection refused" },
      /does not answer the machine: API Error: Connection refused/,
      /status/,
    ],
    ["is still being asked about", { asking: true, status: 0 }, /not there yet/, /npm run doctor/],
  ])("%s", (_what, changes, text, fix) => {
    const [finding, ...more] = modelFindings(answer(changes));
    expect(more).toEqual([]);
    expect(finding?.text).toMatch(text);
    if (fix) expect(finding?.fix).toMatch(fix);
    else expect(finding?.fix).toBeUndefined();
  });

  test.each([400, 403, 404, 429, 500, 529])(
    "is answered with HTTP %i, and does not call it refused",
    (status) => {
      const [finding] = modelFindings(answer({ status, message: "Anthropic's sentence" }));
      expect(finding?.text).not.toContain("refuse");
      expect(finding?.text).toContain("Anthropic's sentence");
    },
  );

  test("is asked about by another client, in a machine of an older image", () => {
    const older = modelShape.parse({ credential: "CLAUDE_CODE_OAUTH_TOKEN", status: 403, message: "no" });
    for (const model of [older, undefined])
      expect(modelFindings(model)).toEqual([expect.objectContaining({ fix: "pulumi up" })]);
  });
});

test("a stack with both credentials is told that the key is used and billed", () => {
  const [credential, both, ...more] = modelFindings(answer({ ...key, both: true }));
  expect(more).toEqual([]);
  expect(credential?.text).toBe("Anthropic accepts their anthropicKey");
  expect(both?.text).toContain("billed by use");
  expect(both?.fix).toBe("pulumi config rm claudeToken && pulumi up");
});

describe("the machine is asked", () => {
  const asking = answer({ asking: true, status: 0 });

  test("again until the answer is there, and people are told once that it takes a while", async () => {
    const answers = [asking, asking, answer({})];
    const lines: string[] = [];
    const found = await modelAnswer(
      async () => answers.shift(),
      (line) => lines.push(line),
      async () => undefined,
    );
    expect(found).toMatchObject({ asking: false, status: 200 });
    expect(lines).toEqual([expect.stringContaining("waits for Anthropic's answer")]);
  });

  test("once, where the answer is there at once", async () => {
    const answers = [answer({})];
    expect(await modelAnswer(async () => answers.shift(), expect.fail)).toMatchObject({ status: 200 });
  });
});
