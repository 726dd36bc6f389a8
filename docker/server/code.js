// Has the server load no code from where agents write: not as a module, a worker, a process of its own or machine code, whoever names it. What
// the image brings and what an administrator has installed as a package is loaded.
import childProcess from "node:child_process";
import fs from "node:fs";
import { registerHooks, syncBuiltinESMExports } from "node:module";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import workerThreads from "node:worker_threads";
import { placesIn } from "./places.js";
import { withoutSecrets } from "./secrets.js";

// As Node has it: ./files.js puts another in its place.
const { realpathSync } = fs;
const { native: realPath } = realpathSync;

/** What each thread and process of the server's begins with: it has the same functions as the server then. Threads of a text have no `--import`. */
const preload = ["--require", fileURLToPath(new URL("./preload.js", import.meta.url))];

/**
 * Whether the server may run what a file has: of the volume what is installed there as a package, and nothing that agents or the server's
 * own requests write.
 *
 * @param {import("./places.js").Place} place of the file itself, not of a link to it
 */
export const isCode = ({ kind, name }) => kind === "image" || name === "adapters" || name === "plugins";

/** Has it so for the thread that calls it, and for all that it starts. */
export function installCode(placeOf = placesIn()) {
  const judge = (file) => {
    const path = String(file).startsWith("file:") ? fileURLToPath(file) : resolve(String(file));
    let real = path;
    try {
      real = realPath(path);
    } catch {
      // What is not there is told by whoever loads it.
    }
    if (isCode(placeOf(real))) return;
    const message = `${path} is where agents or requests write, so the server runs nothing from there; publish it as a package and install that`;
    throw Object.assign(new Error(message), { code: "ERR_CODE_OF_AGENTS" });
  };

  registerHooks({
    resolve(specifier, context, next) {
      const found = next(specifier, context);
      if (found.url.startsWith("file:")) judge(found.url);
      return found;
    },
  });

  const { fork } = childProcess;
  childProcess.fork = function forkJudged(file, ...rest) {
    judge(file);
    const args = Array.isArray(rest[0]) ? rest[0] : [];
    const options = rest.find((one) => one && typeof one === "object" && !Array.isArray(one)) ?? {};
    return fork(file, args, {
      ...options,
      env: withoutSecrets(options.env ?? process.env),
      execArgv: [...preload, ...(options.execArgv ?? process.execArgv)],
    });
  };

  const { Worker } = workerThreads;
  workerThreads.Worker = class JudgedWorker extends Worker {
    constructor(file, options = {}) {
      if (!options.eval && !String(file).startsWith("data:")) judge(file);
      super(file, { ...options, execArgv: [...preload, ...(options.execArgv ?? process.execArgv)] });
    }
  };

  const { dlopen } = process;
  process.dlopen = function openJudged(module, file, ...rest) {
    judge(file);
    return dlopen.call(this, module, file, ...rest);
  };
  syncBuiltinESMExports();
}
