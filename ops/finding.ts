import { stripVTControlCharacters, styleText } from "node:util";

/** Something that doctor has looked at. */
export interface Finding {
  /** What was looked at, e.g. `machine`. */
  subject: string;
  /** What was found. */
  text: string;
  /** How to mend it; a finding without it is well. */
  mend?: string;
}

export const well = (subject: string, text: string): Finding => ({ subject, text });
export const wrong = (subject: string, text: string, mend: string): Finding => ({ subject, text, mend });

/** A finding as lines for people. What a machine says may come from an agent's program, and must not command the operator's terminal. */
export function findingText(finding: Finding): string {
  const [subject, text] = [plain(finding.subject), plain(finding.text)];
  const mend = finding.mend && plain(finding.mend);
  const mark = mend ? styleText("red", "✗") : styleText("green", "✓");
  const line = `${mark} ${subject.padEnd(12)} ${text}`;
  return mend ? `${line}\n${" ".repeat(15)}→ ${mend}` : line;
}

const plain = (text: string) => stripVTControlCharacters(text).replaceAll(/\p{Cc}+/gu, " ");
