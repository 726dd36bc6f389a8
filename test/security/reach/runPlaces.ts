/**
 * What an agent leaves where the server will look for its next run. Each is a script for its shell. `$workspace` is its workspace, `$home`
 * its home, and `$target` a folder of the server's that holds a skill, notes, and the folders that Paperclip has in a workspace.
 */
export interface RunPlace {
  name: string;
  script: string;
  /** The agent does it during its run instead of before. */
  during?: boolean;
}

const inFolder = (name: string, target: string) =>
  `mkdir -p "$(dirname "${name}")" && rm -rf "${name}" && ln -sfn "${target}" "${name}"`;

export const runPlaces: RunPlace[] = [
  {
    name: "its workspace is a link",
    script: 'mv "$workspace" "$workspace.aside" && ln -s "$target" "$workspace"',
  },
  ...[
    ".claude",
    ".claude/skills",
    ".git",
    ".paperclip",
    ".paperclip-runtime",
    ".claude/worktrees",
    "notes",
  ].map((name) => ({
    name: `${name} in its workspace is a link`,
    script: inFolder(`$workspace/${name}`, "$target"),
  })),
  ...[
    ".claude/settings.local.json",
    ".claude/settings.json",
    "CLAUDE.md",
    "AGENTS.md",
    ".mcp.json",
    ".git/info/exclude",
  ].map((name) => ({
    name: `${name} in its workspace is a link`,
    script: inFolder(`$workspace/${name}`, "$target/SKILL.md"),
  })),
  {
    name: "its settings are a link to what the server would make anew",
    script: inFolder("$workspace/.claude/settings.local.json", "$target/made-by-the-server.json"),
  },
  {
    name: "its workspace is a repository of the server's folder",
    script:
      'mkdir -p "$workspace" && rm -rf "$workspace/.git" && printf "gitdir: %s\\n" "$target" >"$workspace/.git"',
  },
  {
    name: "the settings of its workspace are a pipe that nobody writes",
    script:
      'mkdir -p "$workspace/.claude" && rm -f "$workspace/.claude/settings.local.json" && mkfifo "$workspace/.claude/settings.local.json"',
  },
  ...[".claude", ".claude/projects", ".claude/skills", ".claude/sessions"].map((name) => ({
    name: `${name} in its home is a link`,
    script: `mkdir -p "$home"; if [ -e "$home/${name}" ] && [ ! -L "$home/${name}" ]; then mv "$home/${name}" "$home/${name}.aside"; fi; ${inFolder(`$home/${name}`, "$target")}`,
  })),
  {
    name: "its run's folder for temporary files is full of links",
    script:
      'cd "$PAPERCLIP_SCRATCH_DIR" && ln -s "$target" folder && ln -s "$target/SKILL.md" file && mkdir -m 700 closed && ln -s "$target" closed/folder && chmod 500 closed',
    during: true,
  },
  {
    name: "its run's mark is a link",
    script:
      'cd "$PAPERCLIP_SCRATCH_DIR" && rm -f .paperclip-run-scratch.json && ln -s "$target/SKILL.md" .paperclip-run-scratch.json',
    during: true,
  },
  {
    name: "its workspace becomes a link while it works",
    script: 'mv "$workspace" "$workspace.aside" && ln -s "$target" "$workspace"',
    during: true,
  },
];
