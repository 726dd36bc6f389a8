import { replaceToken, tokenEndText } from "../components/anthropic/tokenYear.ts";
import { type Finding, problem } from "./finding.ts";
import type { StackOutputs } from "./stackOutputs.ts";

/** What there is to say of the Claude token's age: nothing until its end is near. */
export function tokenFindings(
  { claudeTokenSetOn }: Pick<StackOutputs, "claudeTokenSetOn">,
  today: string,
): Finding[] {
  const text = claudeTokenSetOn && tokenEndText(claudeTokenSetOn, today);
  return text ? [problem("agents", text, `claude setup-token, then: ${replaceToken}`)] : [];
}
