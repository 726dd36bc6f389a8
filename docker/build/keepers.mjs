// Lists which of Paperclip's modules keep which of the server's private places (named in ../server/places.js). Only these modules get an `fs` that
// reaches them. All other code gets one that reaches none, so that a path in a request or from an agent cannot lead there. If a version of
// Paperclip has lost one of these modules, or if the module uses no files any more, the build fails and names it.
const server = "@paperclipai/server/dist";
const services = `${server}/services`;
const native = `${services}/native-runtime`;
const utils = "@paperclipai/adapter-utils/dist";
const claude = "@paperclipai/adapter-claude-local/dist/server";
const codex = "@paperclipai/adapter-codex-local/dist/server";

/** Places by the end of the module's path, or by the package's folder. */
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
  // Files from people and agents.
  [`${server}/storage/local-disk-provider.js`]: ["storage"],
  [`${services}/company-import-transfers.js`]: ["transfers"],
  [`${services}/company-skills.js`]: ["skills"],
  [`${services}/runtime-skill-cache.js`]: ["skills"],
  [`${services}/agent-instructions.js`]: ["instructions"],
  // Logs and state.
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
  // Files for runs.
  [`${utils}/server-utils.js`]: ["claude", "acp"],
  [`${utils}/workspace-restore-merge.js`]: ["locks"],
  [`${utils}/acpx-engine/execute.js`]: ["acp"],
  "/node_modules/acpx/": ["acp"],
  [`${claude}/claude-config.js`]: ["claude"],
  [`${claude}/prompt-cache.js`]: ["claude"],
  [`${codex}/codex-home.js`]: ["logins"],
  [`${codex}/codex-auth-cache.js`]: ["logins"],
  [`${codex}/codex-auth-copyback.js`]: ["logins"],
  [`${codex}/codex-auth-seed-write.js`]: ["logins"],
  [`${codex}/device-login-export.js`]: ["logins"],
  [`${native}/native-session-executor.js`]: ["runtime"],
  [`${native}/native-harness-backup-stamp.js`]: ["runtime"],
  [`${native}/native-codex-runner.js`]: ["runtime"],
  [`${native}/native-chat-workspace.js`]: ["chats"],
  [`${native}/native-workspace-sync.js`]: ["workspaceSync"],
  [`${native}/runtime-context.js`]: ["runtimeAssets"],
};

const seen = new Set();

/** JavaScript that replaces one of Node's file modules for a module; undefined for a module that keeps nothing. */
export function filesOf(importer, specifier) {
  const module = Object.keys(keepers).find((part) =>
    part.endsWith("/") ? importer.includes(part) : importer.endsWith(part),
  );
  if (!module) return undefined;
  seen.add(module);
  const places = keepers[module].map((place) => JSON.stringify(place)).join(", ");
  return `module.exports = paperclipOnFly.files(${places})${specifier.endsWith("promises") ? ".promises" : ""};`;
}

/** One sentence for each module of the table that is missing or uses no files. */
export const missedKeepers = () =>
  Object.keys(keepers)
    .filter((module) => !seen.has(module))
    .map(
      (module) =>
        `docker/build/keepers.mjs: ${module}, which keeps ${keepers[module].join(", ")}, is missing or uses no files`,
    );
