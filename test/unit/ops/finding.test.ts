import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { findingText, problem } from "../../../ops/finding.ts";

test("what a machine says appears as text on the operator's terminal and cannot control it", () => {
  const said = "limit\u001b[2J reached\u001b]0;title\u0007 \u0008\r\nall is well";
  const lines = findingText(problem("agents", said, "pulumi up\u001b[1A"));
  expect(lines).not.toContain("\u001b[2J");
  expect(lines).not.toContain("\u001b[1A");
  // Without the line break before the advice and the colour of the mark.
  expect(stripVTControlCharacters(lines).replace("\n", "")).not.toMatch(/\p{Cc}/u);
  expect(lines).toMatch(/limit reached.*all is well\n +→ pulumi up$/);
});
