/** Something the operator has to mend before anything is made. */
export interface Mistake {
  /** What is wrong, e.g. `paperclip:memory is 512mb, which is less than …`. Never holds a secret's value. */
  what: string;
  /** The command that mends it. */
  mend: string;
}

/** All mistakes in one text: what, and under it the command. */
export function mistakesText(where: string, mistakes: readonly Mistake[]): string {
  const count = mistakes.length === 1 ? "one thing" : `${mistakes.length} things`;
  return [
    `${where} needs ${count} mended:`,
    ...mistakes.flatMap(({ what, mend }) => ["", `  ${what}`, `      ${mend}`]),
  ].join("\n");
}
