// Which of Paperclip's modules keep which of the server's private places (their names are in ../server/places.js). Only they get an `fs` that
// reaches them; all other code has one that reaches none, so that a path that a request or an agent names leads there in no other module. A
// version of Paperclip that has a module no more, or where it uses no files any more, does not build, and the message says which.
const server = "@paperclipai/server/dist";
const services = `${server}/services`;
const native = `${services}/native-runtime`;
const utils = "@paperclipai/adapter-utils/dist";
const claude = "@paperclipai/adapter-claude-local/dist/server";
const codex = "@paperclipai/adapter-codex-local/dist/server";

/** Places by the end of a module's path, or by a package's folder. */
export const keepers = {
  // Settings.
  [`${server}/config.js`]: ["config"],
  [`${server}/config-file.js`]: ["config"],
  [`${server}/startup-banner.js`]: ["config"],
  [`${server}/worktree-config.js`]: ["config"],
  "/dotenv/lib/main.js": ["config"],
  // Keys.
  [`${server}/secrets/local-encrypted-provider.js`]: ["secrets"],
  [`${services}/decision-signing.js`]: ["secrets"],
  [`${services}/paperclip-cloud-connector-enrollment.js`]: ["secrets"],
  [`${services}/local-ai-login.js`]: ["logins"],
  [`${services}/local-ai-credentials.js`]: ["logins"],
  // What people and agents have given it.
  [`${server}/storage/local-disk-provider.js`]: ["storage"],
  [`${services}/company-import-transfers.js`]: ["transfers"],
  [`${services}/company-skills.js`]: ["skills"],
  [`${services}/runtime-skill-cache.js`]: ["skills"],
  [`${services}/agent-instructions.js`]: ["instructions"],
  // What it notes down.
  [`${services}/run-log-store.js`]: ["runLogs"],
  [`${services}/workspace-operation-log-store.js`]: ["operationLogs"],
  [`${services}/provider-trace-store.js`]: ["traces"],
  [`${services}/sandbox-orphan-cleanup-spool.js`]: ["cleanup"],
  [`${services}/hot-restart.js`]: ["restart"],
  [`${services}/local-service-supervisor.js`]: ["services"],
  [`${services}/workspace-runtime.js`]: ["services"],
  "@paperclipai/shared/dist/telemetry/state.js": ["telemetry"],
  "@paperclipai/db/dist/backup-lib.js": ["backups"],
  [`${services}/database-backup-health.js`]: ["backups"],
  // Adapters and plugins.
  [`${services}/adapter-plugin-store.js`]: ["adapterLists", "adapters"],
  [`${services}/plugin-loader.js`]: ["plugins"],
  [`${services}/plugin-local-folders.js`]: ["pluginData"],
  // What it prepares for runs.
  [`${utils}/server-utils.js`]: ["runs"],
  [`${utils}/workspace-restore-merge.js`]: ["locks"],
  [`${utils}/acpx-engine/execute.js`]: ["runs"],
  "/node_modules/acpx/": ["runs"],
  [`${claude}/claude-config.js`]: ["runs"],
  [`${claude}/prompt-cache.js`]: ["runs"],
  [`${claude}/execute.js`]: ["runs"],
  [`${claude}/acp.js`]: ["runs"],
  [`${codex}/codex-home.js`]: ["runs"],
  [`${codex}/codex-auth-cache.js`]: ["runs"],
  [`${codex}/codex-auth-copyback.js`]: ["runs"],
  [`${codex}/codex-auth-seed-write.js`]: ["runs"],
  [`${codex}/device-login-export.js`]: ["runs"],
  [`${codex}/execute.js`]: ["runs"],
  [`${native}/native-session-executor.js`]: ["runtime"],
  [`${native}/native-harness-backup-stamp.js`]: ["runtime"],
  [`${native}/native-codex-runner.js`]: ["runtime"],
  [`${native}/native-chat-workspace.js`]: ["chats"],
  [`${native}/native-workspace-sync.js`]: ["workspaceSync"],
  [`${native}/runtime-context.js`]: ["runtimeAssets"],
};

const seen = new Set();

/** What a module gets instead of one of Node's file modules, as JavaScript; undefined for a module that keeps nothing. */
export function filesOf(importer, specifier) {
  const module = Object.keys(keepers).find((part) =>
    part.endsWith("/") ? importer.includes(part) : importer.endsWith(part),
  );
  if (!module) return undefined;
  seen.add(module);
  const places = keepers[module].map((place) => JSON.stringify(place)).join(", ");
  return `module.exports = paperclipOnFly.files(${places})${specifier.endsWith("promises") ? ".promises" : ""};`;
}

/** A sentence for each module of the table that is not there or uses no files. */
export const missedKeepers = () =>
  Object.keys(keepers)
    .filter((module) => !seen.has(module))
    .map(
      (module) =>
        `docker/build/keepers.mjs: ${module} is to keep ${keepers[module].join(", ")}, and is not there or uses no files`,
    );
