// How the server starts, looks for work, logs and stops.
const server = "@paperclipai/server/dist";

export const life = [
  {
    name: "the server starts when it is told to, not when it is loaded",
    file: `${server}/index.js`,
    has: ["export async function startServer(", "if (isMainModule(import.meta.url)) {"],
    ours: ["docker/server/start.js", "docker/server/index.js", "docker/build/makeCache.js"],
    otherwise: "the server needs its database before it is there, and the machine restarts again and again",
  },
  {
    name: "on SIGTERM the server ends its runs and then itself",
    file: `${server}/index.js`,
    has: [
      'process.once("SIGTERM", () => {\n            void shutdown("SIGTERM", true);',
      "if (exitProcess)\n                process.exit(0);",
    ],
    ours: ["docker/start.sh", "docker/server/pulse.js"],
    otherwise: "each stop lasts until Fly.io kills the machine, and cuts runs off",
  },
  {
    name: "the event of a run carries its status",
    file: `${server}/services/heartbeat-run-status-payload.js`,
    has: ["status: run.status,"],
    ours: ["docker/server/pace.js", "docker/server/temporary.js"],
    otherwise:
      "a waiting run waits up to a minute for a free place, and agents' temporary files fill the disk",
  },
  {
    name: "the event of a run carries its id",
    file: `${server}/services/heartbeat-run-status-payload.js`,
    has: ["runId: run.id,"],
    ours: ["docker/server/pace.js", "docker/server/leftovers.js"],
    otherwise: "a run that waits for a place begins while programs of a run that is over are still there",
  },
  {
    name: "no agent in this machine is kept between runs, whatever its warmHandleIdleMs says",
    file: "@paperclipai/adapter-utils/dist/acpx-engine/execute.js",
    has: [
      'return { kind: "host", causePermitsSave: true, liveRunScopedCredentials: [LIVE_RUN_SCOPED_API_KEY] };',
    ],
    ours: ["docker/server/leftovers.js"],
    otherwise: "an agent that is kept for its next run is ended as something that its run has left behind",
  },
  {
    name: "the end of a run is an event of this type",
    file: `${server}/services/heartbeat.js`,
    has: [
      'type: "heartbeat.run.status",\n                payload: buildHeartbeatRunStatusLiveEventPayload(updated),',
    ],
    ours: ["docker/server/pace.js", "docker/server/temporary.js"],
    otherwise:
      "a waiting run waits up to a minute for a free place, and agents' temporary files fill the disk",
  },
  {
    name: "Paperclip polls with these timers only",
    among: "paperclip",
    finds: /\bsetInterval\(/g,
    only: {
      // The pace of these four is the image's.
      [`${server}/index.js`]: 3,
      [`${server}/app.js`]: 3,
      [`${server}/services/email-channels.js`]: 3,
      // While something is at work, or a page or a channel is open.
      [`${server}/services/chat-channels.js`]: 4,
      [`${server}/services/external-objects.js`]: 1,
      [`${server}/services/legacy-controller-lease.js`]: 1,
      [`${server}/services/native-runtime/native-session-executor.js`]: 1,
      [`${server}/services/photon/receiver.js`]: 1,
      [`${server}/services/question-response-delivery.js`]: 1,
      [`${server}/services/workspace-operations.js`]: 1,
      [`${server}/realtime/live-events-ws.js`]: 1,
      [`${server}/routes/execution-workspaces.js`]: 1,
      [`${server}/routes/issues.js`]: 1,
      [`${server}/vendor/paperclip-runner/`]: "any",
      "@paperclipai/adapter-utils/dist/acpx-engine/execute.js": 1,
      "@paperclipai/adapter-utils/dist/sandbox-callback-bridge.js": 2,
      "@paperclipai/shared/dist/worktree-port-registry.js": 1,
      // Switched off, or for who develops a plugin.
      "@paperclipai/shared/dist/telemetry/client.js": 1,
      "@paperclipai/plugin-sdk/dist/dev-server.js": 1,
      // Cheap or seldom.
      [`${server}/services/plugin-host-services.js`]: 1,
      [`${server}/services/plugin-job-scheduler.js`]: 1,
      [`${server}/services/plugin-log-retention.js`]: 1,
    },
    ours: ["docker/server/pace.js", "docker/build/reaches.mjs"],
    otherwise: "an idle machine uses up its CPU, and is slow when somebody comes",
  },
  {
    name: "the log of requests writes its line when a response closes, also if it is called late",
    file: "pino-http/logger.js",
    has: ["res.on('close', onResponseComplete)", "res[startTime] = res[startTime] || Date.now()"],
    ours: ["docker/server/log.js"],
    otherwise: "failed requests are not logged",
  },
  {
    name: "a server that stops closes its connections",
    file: `${server}/index.js`,
    has: ["closeHttpListenerForShutdown({ server, signal, log: logger })"],
    ours: ["docker/server/port.js", "docker/start.sh"],
    otherwise: "a stop waits for connections that nobody closes",
  },
];
