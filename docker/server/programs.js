// Has every program that the server starts run as the user `agent`, who may less than it. Paperclip lets each agent choose the program that
// is started for it, its arguments and its variables, and git looks for programs in a repository's settings. So between the server and the
// change of the user nothing runs that could be chosen, replaced or misled: what is started is sudo itself, by its path.
import childProcess from "node:child_process";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { isImagesOwn, whoseProgram } from "./runs.js";

const lib = "/usr/local/lib/paperclip-on-fly";
const { spawn, spawnSync, execFile, execFileSync } = childProcess;

/** What the server makes for one run only, and where. */
const madeForRuns = /^(\/paperclip\/instances|\/tmp\/paperclip)\//;

/** Takes the place of Node's functions that start programs. `fork` stays the server's: with it, Paperclip runs its plugins. */
export function installPrograms() {
  const shared = new Set(process.env.PAPERCLIP_ON_FLY_AGENTS_GET.split(" "));
  delete process.env.PAPERCLIP_ON_FLY_AGENTS_GET;
  // A name that nobody can guess, as whoever gets pg_dump as the server gets the database.
  const pgDump = process.getBuiltinModule("node:crypto").randomUUID();
  process.env.PAPERCLIP_PG_DUMP_PATH = pgDump;
  const serversOwn = Object.entries(process.env).filter(([name]) => !shared.has(name));

  function asAgent({ file, args, options }) {
    if (file === pgDump) return ["/usr/bin/pg_dump", args, options];
    // Plugins and adapters that an administrator adds. What is started for an agent always has variables of its own.
    if (file === "npm" && /^(un)?install$/.test(args[0]) && options.env === undefined && !options.shell)
      return [file, args, options];
    const shell = options.shell === true ? "/bin/sh" : options.shell;
    const words = shell ? [shell, "-c", [file, ...args].join(" ")] : [file, ...args];
    const env = { ...(options.env ?? process.env) };
    for (const [name, value] of serversOwn) if (env[name] === value) delete env[name];
    // Whatever an agent's settings say of it.
    env.PAPERCLIP_ON_FLY_AGENT = isImagesOwn(options) ? "image" : whoseProgram();
    handOver(String(options.cwd ?? process.cwd()), env, words);
    const sudo = ["--preserve-env", "--user=agent", "--", join(lib, "asAgent.sh"), ...words];
    return ["/usr/bin/sudo", sudo, { ...options, env, shell: false }];
  }

  const changed = (start) =>
    function startAsAgent(...call) {
      const { callback, ...rest } = parts(call);
      return guardStdin(start(...asAgent(rest), ...callback));
    };
  const withPromise = (start, own) => Object.assign(start, { [promisify.custom]: own });

  childProcess.spawn = changed(spawn);
  childProcess.spawnSync = changed(spawnSync);
  childProcess.execFile = withPromise(changed(execFile), changed(execFile[promisify.custom]));
  childProcess.execFileSync = changed(execFileSync);
  // As Node itself does: a program's name, for a shell.
  const inShell = (options) => ({ ...options, shell: options?.shell || true });
  childProcess.exec = withPromise(
    (command, ...rest) => {
      const { options, callback } = parts([command, ...rest]);
      return childProcess.execFile(command, inShell(options), ...callback);
    },
    (command, options) => childProcess.execFile[promisify.custom](command, inShell(options)),
  );
  childProcess.execSync = (command, options) => childProcess.execFileSync(command, inShell(options));
  syncBuiltinESMExports();
}

/**
 * Sending to a program that has ended is an error. Paperclip does not listen for it where it sends a run its prompt, so that it would end
 * the server. That the program has ended is told in its own way.
 */
function guardStdin(started) {
  const child = started?.child ?? started;
  child?.stdin?.on("error", () => {});
  return started;
}

/** The parts of a call: (file, args?, options?, callback?). */
function parts([file, ...rest]) {
  const callback = typeof rest.at(-1) === "function" ? [rest.pop()] : [];
  const args = Array.isArray(rest[0]) || rest[0] == null ? (rest.shift() ?? []) : [];
  return { file, args, options: rest[0] ?? {}, callback };
}

/** Opens to the agent what Paperclip has made for this program with rights for itself only. */
function handOver(cwd, env, words) {
  const { HOME, CODEX_HOME, PAPERCLIP_SCRATCH_DIR, PATH = "" } = env;
  // A run's own git and gh, which sign in with what its company has for it, come first in its PATH.
  const named = [HOME, CODEX_HOME, PAPERCLIP_SCRATCH_DIR, ...PATH.split(":"), ...words];
  const paths = [cwd, join(cwd, ".claude/settings.local.json"), ...named].filter((path) =>
    madeForRuns.test(path),
  );
  if (paths.length === 0) return;
  // With no variable of the agent's, and not for ever: the server waits for it, and what an agent has put there may never open.
  const options = {
    env: { PATH: "/usr/bin:/bin" },
    stdio: ["ignore", "inherit", "inherit"],
    timeout: 30_000,
  };
  spawnSync(join(lib, "handOver.sh"), paths, options);
}
