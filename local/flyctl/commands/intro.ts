import type { Command } from "../cli/command.ts";
import type { Invocation } from "../invocation.ts";
import { buildInfo } from "../version.ts";
import { apps } from "./apps.ts";
import { deploy } from "./deploy.ts";
import { logs } from "./logs.ts";
import { machine } from "./machine.ts";
import { status } from "./status.ts";

const important: Pick<Command, "name" | "short">[] = [
  { name: "launch", short: "Create and configure a new app from source code or a Docker image" },
  status,
  deploy,
  logs,
  apps,
  machine,
];
const notLoggedIn = `It doesn't look like you're logged in. Try "fly auth signup" to create an
account, or "fly auth login" to log in to an existing account.

`;

/** What `flyctl` says when it is not told what to do. */
export async function intro({ settings, streams }: Invocation): Promise<void> {
  const { Name, Version } = buildInfo;
  streams.out(`This is flyctl, the Fly.io command line interface.

Usage:
  flyctl [flags]
  flyctl [command]

${settings.tokens.isEmpty ? notLoggedIn : ""}Here's a few commands to get you started:
${important.map(({ name, short }) => `  ${`flyctl ${name}`.padEnd(16)} ${short}\n`).join("")}
If you need help along the way:
  Use \`fly docs\` to open the Fly.io documentation, or visit https://fly.io/docs.
  Use \`fly <command> --help\` for more information about a command.
  Visit https://community.fly.io to get help from the Fly.io community.

For a full list of commands, run \`fly help\`.

Running ${Name} v${Version}
`);
}
