// The places in the machine as the server's file functions see them (./files.js): who writes there, and which of the server's modules keep it
// (../build/keepers.mjs). A place that is not named here is closed to everybody.

/**
 * Kinds of places:
 *
 *   open      agents write there
 *   shown     agents read there; all modules of the server read, keepers write
 *   private   keepers read and write
 *   prepared  like private, and all modules can look at names
 *   way       folders on the way to a place
 *   image     the image's own files, which nobody writes
 *   process   the parts of /proc that Paperclip needs
 *   closed    closed to everybody
 *
 * @typedef {{ kind: string, name: string, root: string, scope: string }} Place
 *   `root`: its folder. No agent can swap anything on the way to it. `scope`: the part that links made by an agent stay in.
 */

/** Parts of the volume by the start of a path in it. The first match counts. */
const instance = "/instances/default";
const company = `${instance}/companies/[^/]+`;
const parts = [
  ["open", "workspaces", `${instance}/workspaces`],
  ["open", "projects", `${instance}/projects`],
  // handOver.sh lets agents write here.
  ["open", "codex", `${company}/(?:agents/[^/]+/)?codex-home[^/]*`],
  ["open", "agents", "/agents?"],
  ["shown", "skills", `${instance}/skills`],
  ["shown", "instructions", `${company}/agents/[^/]+/instructions`],
  ["shown", "adapters", "/adapter-plugins"],
  ["shown", "plugins", "/home/\\.paperclip/plugins"],
  ["private", "adapterLists", "/adapter-(?:plugins|settings)\\.json"],
  ["private", "pluginData", "/home/\\.paperclip/plugin-data"],
  ["private", "secrets", `${instance}/secrets`],
  ["private", "storage", `${instance}/data/storage`],
  ["private", "backups", `${instance}/data/backups`],
  ["private", "runLogs", `${instance}/data/run-logs`],
  ["private", "operationLogs", `${instance}/data/workspace-operation-logs`],
  ["private", "traces", `${instance}/data/provider-traces`],
  ["private", "cleanup", `${instance}/data/sandbox-orphan-cleanup`],
  ["private", "transfers", `${instance}/import-transfers`],
  ["private", "logins", `${instance}/ai-local-logins`],
  ["private", "locks", `${instance}/locks`],
  ["private", "services", `${instance}/runtime-services`],
  ["private", "services", `${instance}/runtime-service-logs`],
  ["private", "runtime", `${instance}/runtime`],
  ["private", "runtimeAssets", `${instance}/runtime-context-assets`],
  ["private", "chats", `${instance}/chat-workspaces`],
  ["private", "workspaceSync", `${instance}/native-workspace-sync`],
  ["private", "telemetry", `${instance}/telemetry`],
  ["private", "restart", `${instance}/hot-restart-[^/]*`],
  ["private", "config", `${instance}/(?:config\\.json|\\.env)[^/]*`],
  // Prepared for the runs of a company. Agents can list the names themselves.
  ["prepared", "claude", `${company}/(?:claude-prompt-cache|claude-config-seed|agents/[^/]+/claude-runtime)`],
  ["prepared", "acp", `${company}/acp-engine`],
  ["prepared", "logins", `${instance}/companies`],
].map(([kind, name, pattern]) => ({ kind, name, pattern: new RegExp(`^${pattern}(?=/|$)`) }));

/** Folders of the volume on the way to a place. All modules can look at them, and none can list them. */
const onTheWay =
  /^(?:\/instances(?:\/default(?:\/companies(?:\/[^/]+(?:\/agents(?:\/[^/]+)?)?)?|\/data)?)?|\/home(?:\/\.paperclip)?)?$/;

/** Parts of /proc that show no secret of another process and lead nowhere else. */
const asked =
  /^\/proc(?:\/self\/exe|\/\d+(?:\/(?:stat|cmdline|io|cwd))?|\/net\/tcp6?|\/sys\/kernel\/random\/boot_id|\/meminfo|\/cpuinfo)?$/;
const devices = /^\/dev\/(?:null|zero|u?random)$/;

/**
 * @param {{ volume?: string, temporary?: string[], programs?: string[] }} [where] where the places are; tests have them elsewhere
 * @returns {(path: string) => Place} the place of an absolute path without `..`
 */
export function placesIn({
  volume = "/paperclip",
  temporary = ["/tmp", "/var/tmp", "/dev/shm"],
  programs = ["/usr", "/bin", "/sbin", "/lib", "/lib64"],
} = {}) {
  const isIn = (path, folder) => path === folder || path.startsWith(`${folder}/`);

  const ofVolume = (path) => {
    const below = path.slice(volume.length);
    if (onTheWay.test(below)) return { kind: "way", name: "volume", root: volume, scope: volume };
    for (const { kind, name, pattern } of parts) {
      const [start] = pattern.exec(below) ?? [];
      if (start === undefined) continue;
      const root = volume + start;
      return { kind, name, root, scope: name === "workspaces" || name === "projects" ? "work" : root };
    }
    return { kind: "closed", name: "volume", root: volume, scope: volume };
  };

  // Each entry of /tmp belongs to one program. Each entry of /tmp/paperclip belongs to one run, for which the server made it.
  const ofTemporary = (path, root) => {
    const [first = "", second = ""] = path.slice(root.length + 1).split("/");
    const entry = first === "paperclip" ? `${first}/${second}` : first;
    return { kind: "open", name: "temporary", root, scope: `${root}/${entry}` };
  };

  return (path) => {
    if (programs.some((folder) => isIn(path, folder)))
      return { kind: "image", name: "programs", root: "/", scope: "/" };
    if (isIn(path, volume)) return ofVolume(path);
    const root = temporary.find((folder) => isIn(path, folder));
    if (root) return ofTemporary(path, root);
    if (path === "/" || isIn(path, "/etc")) return { kind: "image", name: "image", root: "/", scope: "/" };
    if (asked.test(path) || devices.test(path))
      return { kind: "process", name: "process", root: "/", scope: "/" };
    return { kind: "closed", name: "machine", root: "/", scope: "/" };
  };
}

/**
 * What a module wants at a place: find out what is there (look), read it, write it, or make a folder.
 *
 * @typedef {"look" | "read" | "write" | "folder"} Intent
 */

/** Whether an intent changes something. */
export const changes = (intent) => intent === "write" || intent === "folder";

/**
 * Whether a module of the server is allowed to do something at a place.
 *
 * @param {Place} place
 * @param {Intent} intent
 * @param {string[]} kept places that the module keeps
 */
export function mayReach({ kind, name }, intent, kept) {
  if (kind === "open" || ((kind === "private" || kind === "prepared") && kept.includes(name))) return true;
  if (kind === "prepared") return intent === "look";
  if (kind === "shown") return !changes(intent) || kept.includes(name);
  // A company's folder is made on the way to what is in it.
  if (kind === "way") return intent === "look" || intent === "folder";
  return kind === "image" || kind === "process";
}

/**
 * Whether a link that an agent made at one place is allowed to lead to another one.
 *
 * @param {Place} from
 * @param {Place} to
 * @param {Intent} intent
 */
export function mayLead(from, to, intent) {
  if (from.scope === to.scope && to.kind === "open") return true;
  // Every agent can read these anyway.
  return !changes(intent) && (to.name === "programs" || to.name === "skills");
}
