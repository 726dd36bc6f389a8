import { type Command, type CommandPath, commandLine } from "./command.ts";
import { versionFlag } from "./commonFlags.ts";
import type { Flag, FlagType } from "./flagSet.ts";
import { wrapDescription, wrapParagraph } from "./wrap.ts";

const width = 80;

/** What `--help` prints. */
export function helpText(path: CommandPath): string {
  const command = path.at(-1) as Command;
  const description = (command.long || command.short).trimEnd();
  return `${wrapParagraph(description, width - 1)}\n\n${usageText(path)}`;
}

/** What a wrong flag or a wrong number of arguments prints. */
export function usageText(path: CommandPath): string {
  const command = path.at(-1) as Command;
  const name = commandLine(path);
  const children = listedChildren(command);
  const sections = ["Usage:"];
  if (command.run) sections.push(`\n  ${usageLine(path)}`);
  if (children.length > 0) sections.push(`\n  ${name} [command]`);
  if (command.aliases) sections.push(`\n\nAliases:\n  ${[command.name, ...command.aliases].join(", ")}`);
  sections.push(...childSections(command, children));
  sections.push(`\n\nFlags:\n${flagLines(ownFlags(path)).trimEnd()}`);
  if (path.length > 1) sections.push(`\n\nGlobal Flags:\n${flagLines(path[0]?.flags ?? []).trimEnd()}`);
  if (children.length > 0) {
    sections.push(`\n\nUse "${name} [command] --help" for more information about a command.`);
  }
  return `${sections.join("")}\n`;
}

function usageLine(path: CommandPath): string {
  const operands = path.at(-1)?.operands;
  const line = [commandLine(path), operands].filter(Boolean).join(" ");
  return line.includes("[flags]") ? line : `${line} [flags]`;
}

function listedChildren(command: Command): [string, string][] {
  const emulated = (command.commands ?? []).map(({ name, short }): [string, string] => [name, short]);
  return [...emulated, ...Object.entries(command.notEmulated ?? {})].sort(([a], [b]) => (a < b ? -1 : 1));
}

function childSections({ groups, hiddenNotEmulated = [] }: Command, children: [string, string][]): string[] {
  if (children.length === 0) return [];
  const padding = Math.max(
    11,
    ...[...children.map(([name]) => name), ...hiddenNotEmulated].map(({ length }) => length),
  );
  const section = (title: string, listed: [string, string][]) =>
    `\n\n${title}${listed.map(([name, short]) => `\n  ${name.padEnd(padding)} ${short}`).join("")}`;
  if (!groups) return [section("Available Commands:", children)];
  const grouped = new Set(Object.values(groups).flat());
  return [
    ...Object.entries(groups).map(([title, names]) =>
      section(
        title,
        children.filter(([name]) => names.includes(name)),
      ),
    ),
    section(
      "Additional Commands:",
      children.filter(([name]) => !grouped.has(name)),
    ),
  ];
}

function ownFlags(path: CommandPath): Flag[] {
  const command = path.at(-1) as Command;
  const help: Flag = { name: "help", short: "h", type: "bool", help: `help for ${command.name}` };
  return [...(command.flags ?? []), help, ...(path.length === 1 ? [versionFlag] : [])];
}

function flagLines(flags: Flag[]): string {
  const shown = flags.filter((flag) => !flag.hidden).sort((a, b) => (a.name < b.name ? -1 : 1));
  const heads = shown.map(flagHead);
  const column = Math.max(...heads.map((head) => head.length)) + 3;
  return shown
    .map((flag, index) => {
      const description = wrapDescription(flag.help + defaultNote(flag), column, width - 1);
      return `${(heads[index] ?? "").padEnd(column - 1)} ${description}\n`;
    })
    .join("");
}

const typeNames: Record<FlagType, string> = {
  bool: "",
  string: "string",
  int: "int",
  float: "float",
  duration: "duration",
  strings: "strings",
  stringArray: "stringArray",
};

function flagHead(flag: Flag): string {
  const short = flag.short ? `-${flag.short}, ` : "    ";
  const bare = flag.bare === undefined ? "" : `[="${flag.bare}"]`;
  return `  ${short}--${flag.name} ${typeNames[flag.type]}`.trimEnd() + bare;
}

function defaultNote({ type, default: value }: Flag): string {
  if (value === undefined || ["", "0", "false", "0s"].includes(value)) return "";
  return type === "string" ? ` (default "${value}")` : ` (default ${value})`;
}
