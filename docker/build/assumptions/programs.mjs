// How the server starts programs, threads and processes, and what machine code it loads. All of it fails open: a program that is started in a way
// that docker/server/programs.js does not cover runs as the server's user, with access to the server's files.
const server = "@paperclipai/server/dist";
const runner = `${server}/vendor/paperclip-runner`;
const utils = "@paperclipai/adapter-utils/dist";
const programsOurs = ["docker/server/programs.js"];
const codeOurs = ["docker/server/code.js"];
const asServer = "a program that an agent chooses runs as the server's user, who reads every key";

export const programs = [
  {
    name: "fork starts only plugins: Paperclip",
    among: "paperclip",
    amid: /child_process/,
    finds: /[{,]\s*fork\b|(?<!\w)fork\(/g,
    only: { [`${server}/services/plugin-worker-manager.js`]: 2 },
    ours: [...programsOurs, ...codeOurs],
    otherwise: asServer,
  },
  {
    name: "fork starts only plugins: other packages",
    among: "others",
    amid: /child_process/,
    finds: /[{,]\s*fork\b|(?<!\w)fork\(/g,
    only: { "@cursor/sdk/": "any", "discord.js/": "any" },
    ours: [...programsOurs, ...codeOurs],
    otherwise: asServer,
  },
  {
    name: "a plugin is started with fork from a file of its package, with variables of its own",
    file: `${server}/services/plugin-worker-manager.js`,
    has: [
      "const child = fork(options.entrypointPath, [], {",
      "execArgv: options.execArgv ?? [],",
      "env: workerEnv,",
    ],
    ours: codeOurs,
    otherwise: "plugins do not start, or get the server's secrets",
  },
  {
    name: "threads only guard a lock: Paperclip",
    among: "paperclip",
    amid: /worker_threads/,
    finds: /\bnew\s+(?:\w+\.)?Worker\(/g,
    only: { "@paperclipai/shared/dist/worktree-port-registry.js": 2 },
    ours: codeOurs,
    otherwise: "code for an agent runs inside the server's process",
  },
  {
    name: "threads only serve the log, Discord and jsdom: other packages",
    among: "others",
    amid: /worker_threads/,
    finds: /\bnew\s+(?:\w+\.)?Worker\(/g,
    only: { "thread-stream/": "any", "jsdom/": "any", "discord.js/": "any", "@discordjs/ws/": "any" },
    ours: codeOurs,
    otherwise: "code for an agent runs inside the server's process",
  },
  ...["paperclip", "others"].map((among) => ({
    name: `nothing starts programs in a pseudoterminal of machine code: ${among === "others" ? "other packages" : "Paperclip"}`,
    among,
    finds: /["'][^"'\n]*\bnode-pty\b[^"'\n]*["']|["'][^"'\n]*\bpty\.node["']/g,
    only: {},
    ours: programsOurs,
    otherwise: asServer,
  })),
  {
    name: "only packages for pictures and SSH have machine code",
    among: "others",
    finds: /\.node["'`]|process\.dlopen/g,
    only: {
      "sharp/": "any",
      "@img/sharp-linux-x64/": "any",
      "heif2jpeg/": "any",
      "ssh2/": "any",
      "cpu-features/": "any",
      // For another loader than the image's.
      "@cursor/sdk-linux-x64/": "any",
      "@azure/msal-node/": "any",
    },
    ours: [...programsOurs, "docker/build/packages.mjs"],
    otherwise: `machine code can start programs without Node's functions: ${asServer}`,
  },
  {
    name: "no process is started with Node's internals or with cluster",
    among: "paperclip",
    finds: /\bprocess\.binding\(|["'](?:node:)?cluster["']|\bnew ChildProcess\(|spawn_sync/g,
    only: {},
    ours: programsOurs,
    otherwise: asServer,
  },
  {
    name: "npm is only started for plugins and adapters that an administrator adds",
    among: "paperclip",
    amid: /child_process/,
    finds: /\b(?:spawn|exec)\w*\(\s*["']npm["']/g,
    only: { [`${server}/services/plugin-loader.js`]: 2, [`${server}/routes/adapters.js`]: 3 },
    ours: programsOurs,
    otherwise: "npm runs as the server's user in an agent's folder",
  },
  {
    name: "npm installs plugins and adapters without variables of its own",
    file: `${server}/services/plugin-loader.js`,
    has: ['"--ignore-scripts"], { timeout: 120_000 });'],
    ours: programsOurs,
    otherwise: "npm runs as the agent, who cannot write there, so that no plugin can be installed",
  },
  {
    name: "npm installs adapters without variables of its own",
    file: `${server}/routes/adapters.js`,
    has: [/"npm", \["install", "--no-save", spec\], \{\s*cwd: pluginsDir,\s*timeout: 120_000,\s*\}/],
    ours: programsOurs,
    otherwise: "npm runs as the agent, who cannot write there, so that no adapter can be installed",
  },
  {
    name: "only these modules start programs whose name is not written in the code",
    among: "paperclip",
    amid: /child_process/,
    finds:
      /(?<![.\w])(?:spawn|spawnSync|spawnChildProcess|exec|execSync|execAsync|execFile|execFileSync|execFileAsync|execFileCallback)\((?!\s*["'`)])/g,
    only: {
      [`${utils}/acpx-engine/execute.js`]: 1,
      [`${utils}/execution-target.js`]: 2,
      [`${utils}/github-launcher.js`]: 1,
      [`${utils}/local-process-sandbox.js`]: 1,
      [`${utils}/server-utils.js`]: 1,
      [`${utils}/ssh.js`]: 3,
      "@paperclipai/db/dist/backup-lib.js": 2,
      "@paperclipai/hermes-paperclip-adapter/dist/server/test.js": 2,
      [`${server}/routes/execution-workspaces.js`]: 1,
      [`${server}/services/hot-restart.js`]: 1,
      [`${server}/services/native-runtime/native-codex-runner.js`]: 1,
      [`${server}/services/photon/media.js`]: 1,
      [`${server}/services/runtime-exposure/tailscale-hostname.js`]: 1,
      [`${server}/services/smoke-lab.js`]: 1,
      [`${server}/services/tool-gateway.js`]: 1,
      [`${server}/services/workspace-git-operation-scheduler.js`]: 1,
      [`${server}/services/workspace-runtime.js`]: 2,
      [`${runner}/`]: "any",
    },
    ours: programsOurs,
    otherwise:
      "if an agent names its program `npm` and Paperclip sets no variables, it runs as the server's user",
  },
  {
    name: "a backup is made by pg_dump, and a variable sets its name",
    file: "@paperclipai/db/dist/backup-lib.js",
    has: ['process.env.PAPERCLIP_PG_DUMP_PATH || "pg_dump"', "spawn(pgDumpBin, ["],
    ours: programsOurs,
    otherwise: "backups run as the agent, who cannot reach the database, so that there are none",
  },
  {
    name: "an agent's id is a UUID",
    file: "@paperclipai/db/dist/schema/agents.js",
    has: ['id: uuid("id").primaryKey().defaultRandom(),'],
    ours: ["docker/server/runs.js", "docker/lib/asAgent.sh"],
    otherwise: "agents' programs get a new empty home each time and forget their sessions",
  },
  {
    name: "adapters are named after their programs",
    file: "@paperclipai/shared/dist/constants.js",
    has: ['"claude_local"', '"codex_local"'],
    ours: ["docker/server/adapters.js", "docker/build/makeCache.js"],
    otherwise: "Paperclip offers agents whose program the image lacks",
  },
  {
    name: "Paperclip has these adapters and no other",
    file: `${server}/adapters/builtin-adapter-types.js`,
    has: [
      /new Set\(\[\s*"acpx_local",\s*"claude_local",\s*"codex_local",\s*"paperclip_runner",\s*"cursor_cloud",\s*"cursor",\s*"gemini_local",\s*"grok_local",\s*"hermes_gateway",\s*"hermes_local",\s*"kimi_local",\s*"openclaw_gateway",\s*"opencode_local",\s*"pi_local",\s*"process",\s*"http",\s*\]\)/,
    ],
    ours: ["docker/server/adapters.js"],
    otherwise:
      "Paperclip offers a new adapter whose program the image lacks, or does not offer one that works",
  },
  {
    name: "a file says which adapters are not offered, and keeps what the image writes into it",
    file: `${server}/services/adapter-plugin-store.js`,
    has: [
      'path.join(paperclipDir, "adapter-settings.json")',
      "parsed && Array.isArray(parsed.disabledTypes)\n                ? parsed",
      "const settings = { ...readSettings(), disabledTypes: [...readSettings().disabledTypes] };",
    ],
    ours: ["docker/server/adapters.js"],
    otherwise: "each restart sets again what an administrator has changed, or Paperclip offers every adapter",
  },
  {
    name: "without PAPERCLIP_ADAPTERS the server leaves that file as it is",
    file: `${server}/services/adapter-registry-bootstrap.js`,
    has: ["if (!registry)\n        return { enabled: [], disabled: [] };"],
    ours: ["docker/server/adapters.js"],
    otherwise: "each restart sets again what an administrator has changed",
  },
];
