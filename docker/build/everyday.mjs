// Changes to Paperclip's code, as in reaches.mjs, that let agents' everyday tools work.
const server = "@paperclipai/server/dist";

export const everyday = [
  {
    // Each shell of a run with a GitHub connection sets its PATH to what it was when the run was prepared. asAgent.sh comes later.
    name: "a run's shells find what its agent has installed with npm, also where Paperclip sets their PATH",
    file: `${server}/services/heartbeat.js`,
    text: `cwd: executionWorkspace.cwd,
                        env: githubBrokerEnv,`,
    becomes: `cwd: executionWorkspace.cwd,
                        env: paperclipOnFly.withOwnPrograms(githubBrokerEnv, agent.id, executionTarget),`,
  },
  {
    // Otherwise Landlock hides it, and a service that a workspace starts waits for a port that another one has.
    name: "the server finds out whose port it is, among the programs of all agents",
    file: `${server}/services/local-service-supervisor.js`,
    text: '"-sTCP:LISTEN", "-t"]);',
    becomes: '"-sTCP:LISTEN", "-t"], paperclipOnFly.asImagesOwn({}));',
  },
  {
    // It makes a lock in the company's folder, closed to others, when the company gets its first secret. Nobody has to be kept out of the folder.
    name: "an agent reads its instructions before its first run, also where the company's first secret has made their folder",
    file: "@paperclipai/adapter-codex-local/dist/server/codex-auth-cache.js",
    text: "await mkdir(dir, { recursive: true, mode: PRIVATE_DIR_MODE });",
    becomes: `await mkdir(path.dirname(dir), { recursive: true });
    await mkdir(dir, { recursive: true, mode: PRIVATE_DIR_MODE });`,
  },
];
