// Folders and files of the server's own, which only the modules of ../keepers.mjs reach (../../server/places.js).
import { place } from "./places.mjs";

const server = "@paperclipai/server/dist";
const services = `${server}/services`;
const native = `${services}/native-runtime`;

const kept = (path, file, has) =>
  place(
    path,
    file,
    has,
    ["docker/server/places.js", "docker/build/keepers.mjs"],
    "the server gets EACCES for its own files there",
  );

export const keptPlaces = [
  kept(
    "files that people attach",
    "@paperclipai/shared/dist/home-paths.js",
    'path.resolve(resolvePaperclipInstanceRoot(input), "data", "storage")',
  ),
  kept(
    "backups",
    "@paperclipai/shared/dist/home-paths.js",
    'path.resolve(resolvePaperclipInstanceRoot(input), "data", "backups")',
  ),
  kept("plugins' data", `${services}/plugin-local-folders.js`, '".paperclip", "plugin-data"'),
  kept("logs of runs", `${services}/run-log-store.js`, '"data", "run-logs")'),
  kept(
    "logs of workspaces",
    `${services}/workspace-operation-log-store.js`,
    '"data", "workspace-operation-logs")',
  ),
  kept("traces", `${services}/provider-trace-store.js`, '"data", "provider-traces")'),
  kept(
    "sandboxes to remove",
    `${services}/sandbox-orphan-cleanup-spool.js`,
    '"data", "sandbox-orphan-cleanup")',
  ),
  kept("transfers", `${services}/company-import-transfers.js`, '"import-transfers")'),
  kept("sign-ins of agents' programs", `${services}/local-ai-login.js`, '"ai-local-logins", id)'),
  kept(
    "locks",
    "@paperclipai/adapter-utils/dist/workspace-restore-merge.js",
    'path.join(instanceRoot, "locks", ',
  ),
  kept("services of workspaces", `${services}/local-service-supervisor.js`, [
    '"runtime-services")',
    '"runtime-service-logs")',
  ]),
  kept("the runner's files", `${native}/native-session-executor.js`, '"runtime", "paperclip-runner", '),
  kept("the runner's assets", `${native}/runtime-context.js`, '"runtime-context-assets")'),
  kept("workspaces of chats", `${native}/native-chat-workspace.js`, '"chat-workspaces", '),
  kept(
    "what the runner keeps in step",
    `${native}/native-workspace-sync.js`,
    'STATE_ROOT_NAME = "native-workspace-sync"',
  ),
  kept("the telemetry's state", `${server}/telemetry.js`, '"telemetry")'),
  kept("the hot restart's notes", `${services}/hot-restart.js`, [
    '"hot-restart-intent.json"',
    '"hot-restart-report.json"',
  ]),
];
