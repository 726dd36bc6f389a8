/** What the program, its verbs, doctor and the machine's start say to people, read from the sources. */
import { globSync } from "node:fs";
import ts from "typescript";
import { root, textOf } from "./pages.ts";

const files = globSync(["components/**/*.ts", "program/*.{ts,mjs}", "ops/*.ts", "docker/**/*.{sh,js}"], {
  cwd: root,
  // The check and the generator of the generated parts are for contributors.
  exclude: ["**/node_modules/**", "program/{check,docs,generated,generatedPart,shell}.ts"],
});

/** A source file in which texts that are written in several parts are joined. */
const whole = (file: string): string =>
  textOf(file)
    .replaceAll(/["'`]\s*\+\s*["'`]/g, "")
    .replaceAll(/" \\\n\s*"/g, " ")
    .replaceAll(/\\\n\s*/g, "");

const sources = files.map((file) => ({ file, text: whole(file) }));

/** The fixed parts of a sentence whose other parts are `…`. */
export const fixedParts = (quote: string): string[] =>
  quote
    .split("…")
    .map((part) => part.trim())
    .filter((part) => /\p{L}{2}/u.test(part));

/** Whether a text contains all parts, one after the other. */
export function hasInOrder(text: string, parts: readonly string[]): boolean {
  let from = 0;
  for (const part of parts) {
    const at = text.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return true;
}

/** The file that says this; undefined if none does. */
export const saidBy = (quote: string): string | undefined =>
  sources.find(({ text }) => hasInOrder(text, fixedParts(quote)))?.file;

/** A text of a TypeScript file that is shown to people. */
export interface Said {
  file: string;
  /** With `…` for the parts that vary. */
  text: string;
}

/**
 * The errors that are thrown, the problems that doctor finds, and the mistakes that the program reports, as far as the text stands where
 * they are made.
 */
export function saidByProgram(): Said[] {
  return files
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => {
      const source = ts.createSourceFile(file, textOf(file), ts.ScriptTarget.Latest, true);
      const texts: Said[] = [];
      const visit = (node: ts.Node): void => {
        const shown = shownText(file, node);
        const text = shown && literalText(shown);
        if (text !== undefined && /\p{L}{3}/u.test(text)) texts.push({ file, text });
        node.forEachChild(visit);
      };
      visit(source);
      return texts;
    });
}

/** The expression of an error or a finding whose value is shown to people. */
function shownText(file: string, node: ts.Node): ts.Expression | undefined {
  // An error thrown in program/ is for contributors. What an operator has to fix is a mistake, and mistakes are made only in program/.
  const ofProgram = file.startsWith("program/");
  if (!ofProgram && ts.isNewExpression(node) && /^(Abort)?Error$/.test(node.expression.getText()))
    return node.arguments?.[0];
  if (ts.isCallExpression(node) && node.expression.getText() === "problem") return node.arguments[1];
  if (ofProgram && ts.isPropertyAssignment(node) && node.name.getText() === "what") return node.initializer;
  return undefined;
}

/** The text of a literal, or of several that are joined; undefined if there is none. */
function literalText(node: ts.Expression): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node))
    return node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join("");
  if (ts.isBinaryExpression(node)) return (literalText(node.left) ?? "…") + (literalText(node.right) ?? "…");
  if (ts.isParenthesizedExpression(node)) return literalText(node.expression);
  if (ts.isConditionalExpression(node)) return literalText(node.whenTrue) ?? literalText(node.whenFalse);
  return undefined;
}

/** What the scripts of the machine's start log, and what they say about the tailnet device. */
export function saidByStart(): Said[] {
  const scripts = sources.filter(({ file }) =>
    /^docker\/(start|invite|password|paperclipai)\.sh$|^docker\/lib\/.*\.sh$/.test(file),
  );
  return scripts.flatMap(({ file, text }) =>
    [...text.matchAll(/\b(?:log|echo) "((?:[^"\\$]|\\.|\$\([^()]*\)|\$\{[^}]*\}|\$\w+|\$)*)"/g)].map(
      ([, said = ""]) => ({ file, text: said.replaceAll(/\$\([^()]*\)|\$\{[^}]*\}|\$\w+/g, "…") }),
    ),
  );
}
