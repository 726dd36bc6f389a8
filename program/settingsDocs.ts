/** The settings for people: the `config` of Pulumi.yaml and the README's table. */
import { defaultText, exampleText, setCommand } from "../components/settings/fixes.ts";
import { type Setting, settings } from "../components/settings/table.ts";

/** Those that have to be set come first. */
const inOrder = (rows: readonly Setting[]): Setting[] =>
  rows.toSorted((one, other) => Number("required" in other) - Number("required" in one));

/**
 * The `config` of Pulumi.yaml. A key gets a `type` only where every value of it is text for YAML, too: Pulumi's own check would stop at the
 * first mistake and name no command.
 */
export function pulumiConfig(rows: readonly Setting[] = settings): string {
  return ["config:", ...inOrder(rows).flatMap(yamlLines)].join("\n");
}

function yamlLines(setting: Setting): string[] {
  const text = defaultText(setting);
  const description = [setting.says, defaultWords(setting), ...(setting.secret ? ["A secret"] : [])];
  return [
    `  ${setting.key}:`,
    ...(isJson(text) ? [] : ["    type: string"]),
    `    default: ${text || '""'}`,
    `    description: ${yamlText(`${description.filter(Boolean).join(". ")}.`)}`,
  ];
}

/** A sentence needs quotes where YAML would see a key or a comment in it. */
const yamlText = (sentence: string) => (/: | #/.test(sentence) ? JSON.stringify(sentence) : sentence);

/** What `default` itself does not say. */
function defaultWords(setting: Setting): string {
  if ("required" in setting) return `Required. Example: ${setting.example}`;
  return "unset" in setting && !setting.secret ? `Default: ${setting.unset}` : "";
}

/** The README's table. */
export function readmeTable(rows: readonly Setting[] = settings): string {
  return ["", "| name | default | what it is |", "|---|---|---|", ...inOrder(rows).map(tableLine), ""].join(
    "\n",
  );
}

function tableLine(setting: Setting): string {
  const sentences = [setting.says, setting.more, exampleWords(setting), secretWords(setting)];
  const cells = [`\`${setting.key}\``, defaultCell(setting), `${sentences.filter(Boolean).join(". ")}.`];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function defaultCell(setting: Setting): string {
  if ("required" in setting) return "required";
  if ("unset" in setting) return setting.unset;
  const text = defaultText(setting);
  return text === "{}" ? "none" : `\`${text}\``;
}

/** An example where the default is none; a digest is long and says nothing. */
function exampleWords(setting: Setting): string {
  const example = "default" in setting ? undefined : exampleText(setting);
  return example === undefined ? "" : `Example: \`${example.replace(/[0-9a-f]{64}/, "…")}\``;
}

const secretWords = (setting: Setting) =>
  setting.secret ? `A secret: \`${setCommand(setting)}\`` : undefined;

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
