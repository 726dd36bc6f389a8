// Changes to Paperclip's code, as in reaches.mjs, for what runs leave behind (../server/leftovers.js).
export const leftovers = [
  {
    name: "a run begins when the programs of the runs that are over are gone",
    file: "@paperclipai/server/dist/services/heartbeat.js",
    text: "async function claimQueuedRun(run, companyAgents) {",
    becomes: `async function claimQueuedRun(run, companyAgents) {
        await paperclipOnFly.leftoversGone();`,
  },
];
