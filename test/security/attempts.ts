/** What an agent's shell tries to reach. Each attempt is a bash script that exits with 0 only if it got what it was after. */

export interface Attempt {
  name: string;
  script: string;
  /**
   * Who succeeds, which shows that the attempt is a real one. `server` is Paperclip's own user, which every agent would be without the
   * separation. `root` stands for what an agent would not have even then, or only because the server had it in its environment.
   */
  possibleFor: "server" | "root";
}

const server = '$(pgrep --oldest --full "@paperclipai/server")';
const database = '$(pgrep --oldest --full "bin/postgres -D")';
const start = '$(pgrep --oldest --full "bash /usr/local/bin/paperclip-start")';
const instance = "/paperclip/instances/default";
const environmentOf = (pid: string, name: string) => `grep --text --quiet ${name}= /proc/${pid}/environ`;

/** What an agent must not reach. */
export const forbidden: Attempt[] = [
  {
    name: "read the key of Paperclip's sessions in the environment of the machine's first process",
    script: environmentOf(start, "BETTER_AUTH_SECRET"),
    possibleFor: "root",
  },
  {
    name: "read the key of the agents' tokens in the environment of the machine's first process",
    script: environmentOf(start, "PAPERCLIP_AGENT_JWT_SECRET"),
    possibleFor: "root",
  },
  {
    name: "read the tailnet key in the environment of the machine's first process",
    script: environmentOf(start, "TAILSCALE_AUTH_KEY"),
    possibleFor: "root",
  },
  {
    name: "look into the server's memory",
    script: `grep --quiet heap /proc/${server}/maps`,
    possibleFor: "server",
  },
  {
    name: "read the key that the companies' secrets are encrypted with",
    script: `test -n "$(cat ${instance}/secrets/master.key)"`,
    possibleFor: "server",
  },
  {
    name: "list the server's keys",
    script: `ls ${instance}/secrets`,
    possibleFor: "server",
  },
  {
    name: "read the server's settings",
    script: `cat ${instance}/config.json`,
    possibleFor: "server",
  },
  {
    name: "change the server's settings",
    script: `: >> ${instance}/config.json`,
    possibleFor: "server",
  },
  {
    name: "put a file of variables in front of the server",
    script: `touch ${instance}/.env && rm ${instance}/.env`,
    possibleFor: "server",
  },
  {
    name: "read rows of the database over its socket",
    script: 'psql --host=/run/postgresql --username=paperclip --tuples-only --command="select 1" paperclip',
    possibleFor: "server",
  },
  {
    name: "read the database's files",
    script: "ls /paperclip/postgres/17",
    possibleFor: "root",
  },
  {
    name: "read the database's backups",
    script: `ls ${instance}/data/backups`,
    possibleFor: "server",
  },
  {
    name: "read everybody's attachments",
    script: `ls ${instance}/data/storage`,
    possibleFor: "server",
  },
  {
    name: "read the server's log",
    script: `ls ${instance}/logs`,
    possibleFor: "server",
  },
  {
    name: "read the server's home",
    script: "ls /paperclip/home",
    possibleFor: "server",
  },
  {
    name: "change the instructions of agents",
    script: `touch ${instance}/companies/changed && rm ${instance}/companies/changed`,
    possibleFor: "server",
  },
  {
    name: "change a file of the instructions or of the skills",
    script: `test -n "$(find ${instance}/companies ${instance}/skills -type f -writable -print -quit)"`,
    possibleFor: "server",
  },
  {
    name: "change what all agents run",
    script: "test -w /usr/local/lib/paperclip/node_modules",
    possibleFor: "root",
  },
  {
    name: "read the administrator's invitation",
    script: "cat /paperclip/operator/invite-url",
    possibleFor: "root",
  },
  {
    name: "read the identity of the tailnet device",
    script: "ls /paperclip/tailscale",
    possibleFor: "root",
  },
  {
    name: "ask tailscaled",
    script: "test -S /run/tailscale/tailscaled.sock",
    possibleFor: "root",
  },
  {
    name: "ask the platform by its socket in the machine",
    script: "ls /.fly",
    possibleFor: "root",
  },
  {
    name: "stop the server",
    script: `kill -0 ${server}`,
    possibleFor: "server",
  },
  {
    name: "stop the database",
    script: `kill -0 ${database}`,
    possibleFor: "server",
  },
  {
    name: "become root",
    script: 'test "$(sudo --non-interactive id --user)" = 0',
    possibleFor: "root",
  },
  {
    name: "become the server",
    script: 'test "$(sudo --non-interactive --user=paperclip id --user --name)" = paperclip',
    possibleFor: "root",
  },
];

/** What an agent's shell works with. The model's credential belongs to Claude Code, which hides it from the shells that it starts. */
export const needed: Omit<Attempt, "possibleFor">[] = [
  { name: "the token of its run", script: 'test -n "$PAPERCLIP_API_KEY"' },
  { name: "a secret that the stack gives to agents", script: 'test "$GITHUB_TOKEN" = ghp_canary' },
  { name: "a home to keep things in", script: 'touch "$HOME/kept" && test -O "$HOME"' },
  { name: "a place for temporary files", script: 'test -w "$(mktemp)"' },
  { name: "the place for the files of its run", script: 'touch "$PAPERCLIP_SCRATCH_DIR/file"' },
  {
    name: "folders of its own there, closed to everybody",
    script:
      'cd "$PAPERCLIP_SCRATCH_DIR" && mkdir -m 700 -p closed/in && touch closed/in/file && chmod 500 closed/in',
  },
  { name: "the skills of its company", script: `ls ${instance}/companies/*/ ${instance}/skills` },
  { name: "Paperclip's API", script: 'curl --silent --fail "$PAPERCLIP_API_URL/api/health"' },
];

/** What an agent has to work with when its company has a GitHub connection for it. */
export const neededWithGitHub: Omit<Attempt, "possibleFor">[] = [
  {
    name: "the git of its run, which no agent can replace",
    script: `git=$(command -v git) && [[ $git = /tmp/paperclip/paperclip-github-runtime/*/git ]] && git --version && ! touch $git && ! mv $git $git-2`,
  },
  {
    name: "its name in its commits, where GitHub has told none",
    script: `rm -rf r && git init -q r && cd r && git commit -q --allow-empty -m 1 &&
      bash -lc "git commit -q --allow-empty -m 2" && /usr/local/bin/git commit -q --allow-empty -m 3 &&
      [ "$(git log --format=%ae,%ce | sort -u)" = "$(basename ~)@agents.invalid,$(basename ~)@agents.invalid" ]`,
  },
  {
    name: "gh, which is not signed in",
    script: "gh auth status 2>&1 | grep 'not logged into any GitHub hosts'",
  },
  {
    name: "what it has installed for all its work, in any shell",
    script: `mkdir -p ~/.local/bin && printf '#!/bin/sh\necho own\n' >~/.local/bin/own-tool && chmod +x ~/.local/bin/own-tool && own-tool &&
      for shell in "bash -c" "bash -lc" "sh -c"; do $shell own-tool || exit; done`,
  },
  { name: "a place for what gh keeps", script: 'touch "$GH_CONFIG_DIR/hosts.yml"' },
];

/** A script that makes the attempts in order and prints one line of JSON for each. */
export function scriptOf(attempts: Pick<Attempt, "name" | "script">[]): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const lines = attempts.map(({ name, script }) => `attempt ${quoted(name)} ${quoted(script)}`);
  const attempt = `attempt() {
  local output status=0
  output=$(timeout 20 bash -c "$2" 2>&1 </dev/null) || status=$?
  jq --null-input --compact-output --arg name "$1" --arg output "$output" --argjson status "$status" '{$name, $status, $output}'
}`;
  return [attempt, ...lines, ""].join("\n");
}

/** The outcome of one attempt. */
export interface Outcome {
  name: string;
  /** Exit status; 0 is success. */
  status: number;
  output: string;
}

/** Reads what the script printed. */
export const outcomesOf = (text: string): Outcome[] =>
  text.split("\n").flatMap((line) => (line.startsWith("{") ? [JSON.parse(line) as Outcome] : []));
