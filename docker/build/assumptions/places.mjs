// Folders and files that Paperclip makes. The start prepares them, and agents or modules of the server have access to them. One that has moved is
// closed to everybody, which is safe but breaks what needs it.
const server = "@paperclipai/server/dist";
const utils = "@paperclipai/adapter-utils/dist";
const claude = "@paperclipai/adapter-claude-local/dist/server";
const codex = "@paperclipai/adapter-codex-local/dist/server";
const home = "@paperclipai/shared/dist/home-paths.js";
const placesOurs = "docker/server/places.js";
const handOver = "docker/lib/handOver.sh";
const noRun = "an agent has no access to the files of its run, and fails";

/** `has` is the code that builds the path. */
export const place = (path, file, has, ours, otherwise) => ({
  name: `${path}: the place is where the image expects it`,
  file,
  has: [has].flat(),
  ours,
  otherwise,
});

export const places = [
  place(
    "the instance's folder",
    home,
    'path.resolve(resolvePaperclipHomeDir(input.homeDir), "instances", resolvePaperclipInstanceId(input.instanceId))',
    [placesOurs, "docker/lib/volume.sh"],
    "nothing that the start prepares is used, and agents have access to nothing",
  ),
  place(
    "the key of all secrets",
    home,
    'path.resolve(resolvePaperclipInstanceRoot(input), "secrets", "master.key")',
    [placesOurs, "docker/lib/volumeCheck.sh", "docker/config.json"],
    "the start does not check the key's owner, nor whether it is a link",
  ),
  place(
    "workspaces",
    `${server}/home-paths.js`,
    [
      'path.resolve(resolvePaperclipInstanceRoot(), "workspaces", trimmed)',
      'path.resolve(resolvePaperclipInstanceRoot(), "projects", ',
    ],
    [placesOurs, handOver, "docker/lib/sharing.sh", "docker/lib/agentHome.sh", "docker/server/namedPaths.js"],
    "agents cannot work in their workspaces",
  ),
  place(
    "a run's own folder",
    `${server}/services/run-scratch.js`,
    [
      `path.join(os.tmpdir(), \`paperclip-run-\${issueSegment}-\${runSegment}-\`)`,
      'input.runId.slice(0, 12), "run")',
    ],
    [handOver, "docker/server/namedPaths.js", "docker/server/temporary.js"],
    noRun,
  ),
  place(
    "the home of an account of an agent's own",
    `${server}/services/ai-connection-runtime.js`,
    "path.join(os.tmpdir(), `paperclip-ai-",
    [handOver],
    noRun,
  ),
  place(
    "a run's git and gh",
    `${utils}/execution-target.js`,
    [
      'path.join(os.tmpdir(), "paperclip-github-runtime", input.runId)',
      'path.posix.join(directory, "gh-config")',
    ],
    [handOver, "docker/server/programs.js"],
    noRun,
  ),
  place(
    "the list of a run's tool servers",
    `${claude}/claude-config.js`,
    'path.join(configDir, "mcp-config.json")',
    [handOver],
    "an agent has none of its tools",
  ),
  place(
    "Claude Code's settings for a run",
    `${utils}/acpx-engine/execute.js`,
    'path.join(input.cwd, ".claude", "settings.local.json")',
    ["docker/server/programs.js"],
    "Claude Code asks for a permission that nobody gives",
  ),
  place(
    "Codex' homes",
    `${codex}/codex-home.js`,
    'path.resolve(instanceRoot, "companies", companyId, "codex-home")',
    [placesOurs, handOver],
    "Codex has no account",
  ),
  place(
    "what Claude Code's runs are prepared with",
    `${claude}/claude-config.js`,
    [
      'path.resolve(instanceRoot, "companies", companyId, "claude-config-seed")',
      'path.join(instanceRoot, "companies", companyId, "agents", agentId, "claude-runtime")',
    ],
    [placesOurs, "docker/lib/agentHome.sh"],
    noRun,
  ),
  place(
    "Claude Code's prompts",
    `${claude}/prompt-cache.js`,
    'path.resolve(instanceRoot, "companies", companyId, "claude-prompt-cache")',
    [placesOurs],
    noRun,
  ),
  place(
    "what runs of the ACP engine are prepared with",
    `${utils}/acpx-engine/execute.js`,
    '"companies", companyId, "acp-engine", "agents", agentId)',
    [placesOurs, "docker/lib/agentHome.sh"],
    noRun,
  ),
  place(
    "instructions",
    `${server}/services/agent-instructions.js`,
    '"companies", agent.companyId, "agents", agent.id, "instructions")',
    [placesOurs, "docker/lib/agentHome.sh", "docker/server/namedPaths.js"],
    "agents cannot read what they are told to do",
  ),
  place(
    "skills",
    `${server}/services/company-skills.js`,
    'path.resolve(resolvePaperclipInstanceRoot(), "skills", companyId)',
    [placesOurs, "docker/lib/agentHome.sh"],
    "agents cannot read their skills",
  ),
  place(
    "adapters",
    `${server}/services/adapter-plugin-store.js`,
    [
      'path.join(paperclipDir, "adapter-plugins")',
      'path.join(paperclipDir, "adapter-plugins.json")',
      'path.join(paperclipDir, "adapter-settings.json")',
    ],
    [placesOurs, "docker/lib/volume.sh", "docker/server/code.js"],
    "an adapter that an administrator has added is not loaded",
  ),
];
