/** Something the operator has to fix before anything is made. */
export interface Mistake {
  /** What is wrong, e.g. `paperclip:memory is 512mb, which is less than …`. Never holds a secret's value. */
  what: string;
  /** The command that fixes it. */
  fix: string;
}

/** All mistakes in one text: what, and under it the command. */
export function mistakesText(where: string, mistakes: readonly Mistake[]): string {
  const count = mistakes.length === 1 ? "one thing" : `${mistakes.length} things`;
  return [
    `${where} needs ${count} fixed:`,
    ...mistakes.flatMap(({ what, fix }) => ["", `  ${what}`, `      ${fix}`]),
  ].join("\n");
}
