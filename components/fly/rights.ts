/** The right that a call of flyctl needs of the token, and how to get a token that has it. The whole table is in docs/rights.md. */

/** How Fly.io says that the token lacks a right, is invalid or has expired. */
const refusals = /\bunauthorized\b|\bnot authorized\b|must be authenticated|status code: 40[13]\b/i;

export const isRefusal = (message: string) => refusals.test(message);

/** The command that makes a token with the right that a call needs, and no more than that. */
function tokenFor(app: string, args: readonly string[]): { right: string; command: string } {
  const organization = args[args.indexOf("--org") + 1];
  if (args[0] === "apps" && args.includes("--org")) {
    return {
      right: `a token of the organization ${organization}, which alone lists and creates apps`,
      command: `flyctl tokens create org --org ${organization} --expiry 24h`,
    };
  }
  return {
    right: `a token of the app ${app} that is allowed to change it`,
    command: `flyctl tokens create deploy --app ${app} --expiry 720h`,
  };
}

/** The command that makes a token which reads the app and runs these commands in its machine, and no others. */
export const execTokenCommand = (app: string, commands: readonly string[]) =>
  `flyctl tokens create machine-exec --app ${app} --expiry 24h ${commands.map((line) => `--command '${line}'`).join(" ")}`;

/** What to do about a refusal. */
export function missingRight(app: string, args: readonly string[]): string {
  const { right, command } = tokenFor(app, args);
  return `The Fly.io token has expired, or lacks a right: this takes ${right}. Make one:\n  ${exported(command)}`;
}

/** Unsets the old token first: flyctl would use it, and a token with few rights makes no other token. */
export const exported = (command: string) => `unset FLY_API_TOKEN; export FLY_API_TOKEN="$(${command})"`;
