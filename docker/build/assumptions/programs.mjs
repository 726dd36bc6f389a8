// How the server starts programs, threads and processes, and what it loads in machine code. All of it fails open: what is started in a way that
// docker/server/programs.js does not know runs as the server's user, with the server's files.
const server = "@paperclipai/server/dist";
const runner = `${server}/vendor/paperclip-runner`;
const utils = "@paperclipai/adapter-utils/dist";
const programsOurs = ["docker/server/programs.js"];
const codeOurs = ["docker/server/code.js"];
const asServer = "what an agent has chosen runs as the server's user, who reads every key";

export const programs = [
  {
    name: "fork starts plugins and nothing else: Paperclip",
    among: "paperclip",
    amid: /child_process/,
    finds: /[{,]\s*fork\b|(?<!\w)fork\(/g,
    only: { [`${server}/services/plugin-worker-manager.js`]: 2 },
    ours: [...programsOurs, ...codeOurs],
    otherwise: asServer,
  },
  {
    name: "fork starts plugins and nothing else: other packages",
    among: "others",
    amid: /child_process/,
    finds: /[{,]\s*fork\b|(?<!\w)fork\(/g,
    only: { "@cursor/sdk/": "any", "discord.js/": "any" },
    ours: [...programsOurs, ...codeOurs],
    otherwise: asServer,
  },
  {
    name: "a plugin is a file of its package, started with fork and with variables of its own",
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
    name: "threads guard a lock and nothing else: Paperclip",
    among: "paperclip",
    amid: /worker_threads/,
    finds: /\bnew\s+(?:\w+\.)?Worker\(/g,
    only: { "@paperclipai/shared/dist/worktree-port-registry.js": 2 },
    ours: codeOurs,
    otherwise: "a thread for an agent runs in the server's process",
  },
  {
    name: "threads log, speak to Discord and fetch for jsdom, and nothing else: other packages",
    among: "others",
    amid: /worker_threads/,
    finds: /\bnew\s+(?:\w+\.)?Worker\(/g,
    only: { "thread-stream/": "any", "jsdom/": "any", "discord.js/": "any", "@discordjs/ws/": "any" },
    ours: codeOurs,
    otherwise: "a thread for an agent runs in the server's process",
  },
  ...["paperclip", "others"].map((among) => ({
    name: `no program gets a terminal in machine code, which starts it past Node's functions: ${among === "others" ? "other packages" : "Paperclip"}`,
    among,
    finds: /["'][^"'\n]*\bnode-pty\b[^"'\n]*["']|["'][^"'\n]*\bpty\.node["']/g,
    only: {},
    ours: programsOurs,
    otherwise: asServer,
  })),
  {
    name: "machine code comes from packages for pictures and SSH alone",
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
    otherwise: `machine code may start programs past Node's functions: ${asServer}`,
  },
  {
    name: "no process is started by what is below Node's functions",
    among: "paperclip",
    finds: /\bprocess\.binding\(|["'](?:node:)?cluster["']|\bnew ChildProcess\(|spawn_sync/g,
    only: {},
    ours: programsOurs,
    otherwise: asServer,
  },
  {
    name: "npm is started for plugins and adapters that an administrator adds, and for nothing else",
    among: "paperclip",
    amid: /child_process/,
    finds: /\b(?:spawn|exec)\w*\(\s*["']npm["']/g,
    only: { [`${server}/services/plugin-loader.js`]: 2, [`${server}/routes/adapters.js`]: 3 },
    ours: programsOurs,
    otherwise: "npm runs as the server's user in a folder of an agent's",
  },
  {
    name: "npm installs plugins and adapters without variables of its own",
    file: `${server}/services/plugin-loader.js`,
    has: ['"--ignore-scripts"], { timeout: 120_000 });'],
    ours: programsOurs,
    otherwise:
      "npm runs as the agent, who writes in no folder of the server's, so that no plugin can be installed",
  },
  {
    name: "npm installs adapters without variables of its own",
    file: `${server}/routes/adapters.js`,
    has: [/"npm", \["install", "--no-save", spec\], \{\s*cwd: pluginsDir,\s*timeout: 120_000,\s*\}/],
    ours: programsOurs,
    otherwise:
      "npm runs as the agent, who writes in no folder of the server's, so that no adapter can be installed",
  },
  {
    name: "where the name of the program is not in Paperclip's text, these modules start it",
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
      "a program that an agent calls `npm` and Paperclip starts without variables runs as the server's user",
  },
  {
    name: "a backup is made by pg_dump, whose name a variable says",
    file: "@paperclipai/db/dist/backup-lib.js",
    has: ['process.env.PAPERCLIP_PG_DUMP_PATH || "pg_dump"', "spawn(pgDumpBin, ["],
    ours: programsOurs,
    otherwise: "backups are made as the agent, who does not get to the database, so that there are none",
  },
  {
    name: "an agent's id is a UUID",
    file: "@paperclipai/db/dist/schema/agents.js",
    has: ['id: uuid("id").primaryKey().defaultRandom(),'],
    ours: ["docker/server/runs.js", "docker/lib/asAgent.sh"],
    otherwise: "programs of agents get an empty home each time and forget their sessions",
  },
  {
    name: "adapters keep their programs' names",
    file: "@paperclipai/shared/dist/constants.js",
    has: ['"claude_local"', '"codex_local"'],
    ours: ["docker/lib/server.sh", "docker/build/makeCache.js"],
    otherwise: "Paperclip does not start, or offers agents whose program the image lacks",
  },
];
