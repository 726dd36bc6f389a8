/** All parts of files that are made from tables of the program. */
import type { GeneratedPart } from "./generatedPart.ts";
import { pulumiConfig, readmeTable } from "./settingsDocs.ts";
import { variableParts } from "./variableParts.ts";

const settingsTables = "components/settings";

export const generatedParts: readonly GeneratedPart[] = [
  {
    file: "Pulumi.yaml",
    begin: `# settings: made by \`npm run docs\` from ${settingsTables}`,
    end: "# /settings",
    text: () => pulumiConfig(),
  },
  {
    file: "README.md",
    begin: `<!-- settings: made by \`npm run docs\` from ${settingsTables} -->`,
    end: "<!-- /settings -->",
    text: () => readmeTable(),
  },
  ...variableParts,
];
