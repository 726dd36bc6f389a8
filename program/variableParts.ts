/** What is made from the table of the machine's variables: the lists that the image's scripts read, and the tables for people. */
import { type TakenNames, takenNames } from "../components/settings/secretNames.ts";
import { lists, type Variable, variables } from "../components/settings/variables.ts";
import type { GeneratedPart } from "./generatedPart.ts";

/** The lists of docker/lib/variables.sh, by their names there: what each is for, and its names. */
const arrays: Record<string, [what: string, names: readonly string[]]> = {
  secret_variables: ["The app's secrets, which nothing inherits that the start starts.", lists.secrets],
  server_variables: ["What the server gets as fly.toml has it.", lists.serverPlain],
  server_secrets: ["What the server gets through a pipe.", lists.serverSecrets],
  agents_variables: [
    "What agents inherit from the server, besides the stack's extra secrets.",
    lists.agentsInherit,
  ],
  credential_variables: ["With which agents ask their model: the first that is set.", lists.credentials],
  doctor_variables: ["What paperclip-model hands on, of all that the machine has.", lists.doctorKeeps],
};

const shellArray = ([name, [what, names]]: [string, [string, readonly string[]]]) =>
  [`# ${what}`, `readonly ${name}=(`, ...names.map((one) => `  ${one}`), ")"].join("\n");

const markdownTable = (heads: readonly string[], rows: readonly (readonly string[])[]) =>
  [heads, heads.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

const code = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(", ");

const variableRow = ([name, { from, readers, why, setting }]: [string, Variable]) => [
  code([name]),
  from,
  readers.join(", "),
  setting ? `${why}; setting \`${setting}\`` : why,
];

const takenRow = ({ names, except = [], reason }: TakenNames) => [
  code(names) + (except.length > 0 ? `, but not ${code(except)}` : ""),
  reason,
];

export const variableParts: readonly GeneratedPart[] = [
  {
    file: "docker/lib/variables.sh",
    begin: "# Made by `npm run docs`:",
    end: "# End of what is made.",
    text: () => Object.entries(arrays).map(shellArray).join("\n"),
  },
  {
    file: "docs/variables.md",
    begin: "<!-- variables, made by `npm run docs` -->",
    end: "<!-- end of variables -->",
    text: () =>
      markdownTable(
        ["variable", "from", "read by", "why"],
        Object.entries<Variable>(variables).map(variableRow),
      ),
  },
  {
    file: "docs/variables.md",
    begin: "<!-- names, made by `npm run docs` -->",
    end: "<!-- end of names -->",
    text: () => markdownTable(["a secret named", "is refused, because it"], takenNames.map(takenRow)),
  },
];
