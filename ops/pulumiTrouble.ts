/** Why Pulumi gave no answer, in words that end with what to type. */

/** How a call of Pulumi ended. */
export interface PulumiEnd {
  /** Whether a file of that name is on the PATH. */
  isThere: boolean;
  /** The operating system's word where it was not started at all, e.g. `ENOENT`, also for a script whose interpreter is missing. */
  code?: string | undefined;
  exitCode?: number | undefined;
  /** The signal that ended it. */
  signal?: string | undefined;
  stderr?: string | undefined;
}

const install = "curl -fsSL https://get.pulumi.com | sh";

/** What to add to Pulumi's own words, which name no command that can be typed as it is. */
const cures: [RegExp, string][] = [
  [
    /no stack selected/,
    "Select it: pulumi stack select NAME. Or name it: npm run doctor -- --stack NAME. The stacks are: pulumi stack ls",
  ],
  [/no stack named/, "The stacks are: pulumi stack ls"],
  [
    /must be set for login|not logged in|access token|unauthorized/i,
    "Log in to where the stack's state is: pulumi login",
  ],
  [
    /passphrase/,
    "Set the stack's passphrase: export PULUMI_CONFIG_PASSPHRASE_FILE=FILE, or PULUMI_CONFIG_PASSPHRASE",
  ],
];

/** What a shell or an interpreter says with these has nothing to do with the stack: it found no program, or one that does not run. */
const broken = [126, 127];

/** One message for an operator: what is wrong, and what to type. */
export function pulumiTrouble({ isThere, code, exitCode, signal, stderr = "" }: PulumiEnd): string {
  if (!isThere) return `pulumi is not on the PATH. Install it: ${install}`;
  const said = stderr.trim().replace(/^error: /, "");
  if (exitCode === undefined || broken.includes(exitCode) || said === "") {
    const end = signal ? `was ended by ${signal}` : (code ?? `ended with exit code ${exitCode}`);
    return `The pulumi on the PATH does not work (${end})${said ? `: ${said}` : ""}. Install it again: ${install}`;
  }
  const cure = cures.find(([words]) => words.test(said))?.[1];
  return cure ? `${said}\n${cure}` : said;
}
