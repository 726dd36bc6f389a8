import { stripVTControlCharacters, styleText } from "node:util";

/** Something that doctor has looked at. */
export interface Finding {
  /** What was looked at, e.g. `machine`. */
  subject: string;
  /** What was found. */
  text: string;
  /** How to fix it; a finding without it is fine. */
  fix?: string;
}

export const ok = (subject: string, text: string): Finding => ({ subject, text });
export const problem = (subject: string, text: string, fix: string): Finding => ({ subject, text, fix });

/** A finding as lines for people. A machine's text can come from an agent's program, and must not control the operator's terminal. */
export function findingText(finding: Finding): string {
  const [subject, text] = [plain(finding.subject), plain(finding.text)];
  const fix = finding.fix && plain(finding.fix);
  const mark = fix ? styleText("red", "✗") : styleText("green", "✓");
  const line = `${mark} ${subject.padEnd(12)} ${text}`;
  return fix ? `${line}\n${" ".repeat(15)}→ ${fix}` : line;
}

const plain = (text: string) => stripVTControlCharacters(text).replaceAll(/\p{Cc}+/gu, " ");
