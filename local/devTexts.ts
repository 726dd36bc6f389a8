/** What `npm run dev` and `npm run dev:open` tell people to do. */

/** The commands for a stack that runs, each with what it does. */
export const devCommands: readonly (readonly [command: string, what: string])[] = [
  ["npm run dev:open", "opens Paperclip in a browser, as from a device in the tailnet"],
  ["npm run dev -- doctor", "looks whether all is well; what it says to type goes behind `npm run dev --`"],
  ["npm run dev -- flyctl logs", "shows the machine's log; every other command of flyctl works, too"],
  ["npm run dev -- pulumi stack output", "shows the stack's outputs"],
  ["npm run dev -- pulumi config set size shared-cpu-2x", "changes a setting of the stack"],
  ["npm run dev -- pulumi up", "applies it"],
  [
    "source .local/dev/env.sh",
    "makes a shell work on this stack: pulumi, flyctl and npm run doctor as they are",
  ],
  ["npm run dev", "applies a change of this repository, and starts everything again after a reboot"],
  ["npm run dev:down", "removes all of it"],
];

/** Lines with the commands in a column of their own. */
export function commandLines(commands = devCommands): string[] {
  const width = Math.max(...commands.map(([command]) => command.length));
  return commands.map(([command, what]) => `  ${command.padEnd(width)}  ${what}`);
}

export interface WayIn {
  proxyUrl: string;
  caFile: string;
  /** The page to open. */
  url: string;
}

/** What to do where no window can be opened: a browser with a screen comes in by the same proxy. */
export function withoutScreen({ proxyUrl, caFile, url }: WayIn): string {
  const port = new URL(proxyUrl).port;
  return [
    "There is no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set), so no browser can be opened. On a computer that has one:",
    `  ssh -L ${port}:127.0.0.1:${port} THIS-COMPUTER        and leave it open`,
    `  scp THIS-COMPUTER:${caFile} paperclip-dev.pem`,
    "  certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n paperclip-dev -i paperclip-dev.pem",
    `  chromium --user-data-dir=/tmp/paperclip-dev --proxy-server=${proxyUrl} ${url}`,
    "Or without a browser, from here:",
    `  curl --proxy ${proxyUrl} --cacert ${caFile} ${new URL("/api/health", url)}`,
  ].join("\n");
}
