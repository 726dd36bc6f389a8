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
];
