// Makes every program that the server starts run as the unprivileged user `agent`. Paperclip lets each agent choose its program, its arguments
// and its variables, and git takes programs from a repository's settings. So nothing that could be chosen, replaced or misled runs before the
// change of user: the server starts sudo itself, by its path.
import childProcess from "node:child_process";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { withoutAccountHome } from "./accountHomes.js";
import { isImagesOwn, whoseProgram } from "./runs.js";
import { ownCredential } from "./stackCredentials.js";

const lib = "/usr/local/lib/paperclip-on-fly";
const { spawn, spawnSync, execFile, execFileSync } = childProcess;

/** Where the server makes files for one run only. */
const madeForRuns = /^(\/paperclip\/instances|\/tmp\/paperclip)\//;

/** Replaces Node's functions that start programs. `fork` stays as it is: Paperclip runs its plugins with it, as the server's user. */
export function installPrograms() {
  const shared = new Set(process.env.PAPERCLIP_ON_FLY_AGENTS_GET.split(" "));
  delete process.env.PAPERCLIP_ON_FLY_AGENTS_GET;
  // A name that nobody can guess: pg_dump as the server's user reads the whole database.
  const pgDump = process.getBuiltinModule("node:crypto").randomUUID();
  process.env.PAPERCLIP_PG_DUMP_PATH = pgDump;
  const serversOwn = Object.entries(process.env).filter(([name]) => !shared.has(name));

  function asAgent({ file, args, options }) {
    if (file === pgDump) return ["/usr/bin/pg_dump", args, options];
    // Plugins and adapters that an administrator adds. A program for an agent always has variables of its own.
    if (file === "npm" && /^(un)?install$/.test(args[0]) && options.env === undefined && !options.shell)
      return [file, args, options];
    const shell = options.shell === true ? "/bin/sh" : options.shell;
    const words = shell ? [shell, "-c", [file, ...args].join(" ")] : [file, ...args];
    const env = { ...ownCredential(options.env ?? process.env, process.env) };
    for (const [name, value] of serversOwn) if (env[name] === value) delete env[name];
    // This overrides an agent's settings.
    env.PAPERCLIP_ON_FLY_AGENT = isImagesOwn(options) ? "image" : whoseProgram();
    handOver(String(options.cwd ?? process.cwd()), env, words);
    const sudo = ["--preserve-env", "--user=agent", "--", join(lib, "asAgent.sh"), ...words];
    return ["/usr/bin/sudo", sudo, { ...options, env: withoutAccountHome(env), shell: false }];
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
  // exec() always uses a shell, as in Node.js itself.
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
 * Writing to a program that has ended is an error. Paperclip does not handle it where it sends a run its prompt, so it would end the server.
 * Paperclip notices the end of the program in another way.
 */
function guardStdin(started) {
  const child = started?.child ?? started;
  child?.stdin?.on("error", () => {});
  return started;
}

/** The arguments of a call: (file, args?, options?, callback?). */
function parts([file, ...rest]) {
  const callback = typeof rest.at(-1) === "function" ? [rest.pop()] : [];
  const args = Array.isArray(rest[0]) || rest[0] == null ? (rest.shift() ?? []) : [];
  return { file, args, options: rest[0] ?? {}, callback };
}

/** Gives the agent access to files that Paperclip made for this program with rights for the server only. */
function handOver(cwd, env, words) {
  const { HOME, CODEX_HOME, PAPERCLIP_SCRATCH_DIR, PATH = "" } = env;
  // The run's own git and gh come first in its PATH. They sign in with the company's account.
  const named = [HOME, CODEX_HOME, PAPERCLIP_SCRATCH_DIR, ...PATH.split(":"), ...words];
  const paths = [cwd, join(cwd, ".claude/settings.local.json"), ...named].filter((path) =>
    madeForRuns.test(path),
  );
  if (paths.length === 0) return;
  // No variable of the agent's, and a timeout: the server waits for it, and opening what an agent has put there could block for ever.
  const options = {
    env: { PATH: "/usr/bin:/bin" },
    stdio: ["ignore", "inherit", "inherit"],
    timeout: 30_000,
  };
  spawnSync(join(lib, "handOver.sh"), paths, options);
}
