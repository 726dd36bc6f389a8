// Keeps the server from loading code from where agents write, whoever names it: as a module, a worker, a process of its own or machine code.
// It loads what the image brings, and packages that an administrator has installed.
import childProcess from "node:child_process";
import fs from "node:fs";
import { registerHooks, syncBuiltinESMExports } from "node:module";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import workerThreads from "node:worker_threads";
import { placesIn } from "./places.js";
import { withoutSecrets } from "./secrets.js";

// Node's own function: ./files.js replaces it.
const { realpathSync } = fs;
const { native: realPath } = realpathSync;

/** Runs first in each thread and process of the server, so that it has the same functions as the server. A thread made from text has no `--import`. */
const preload = ["--require", fileURLToPath(new URL("./preload.js", import.meta.url))];

/**
 * Whether the server is allowed to run a file. On the volume these are installed packages only, and nothing that agents or requests write.
 *
 * @param {import("./places.js").Place} place of the file itself, not of a link to it
 */
const isCode = ({ kind, name }) => kind === "image" || name === "adapters" || name === "plugins";

/** Applies this to the thread that calls it, and to all that it starts. */
export function installCode(placeOf = placesIn()) {
  const judge = (file) => {
    const path = String(file).startsWith("file:") ? fileURLToPath(file) : resolve(String(file));
    let real = path;
    try {
      real = realPath(path);
    } catch {
      // A missing file is reported by whoever loads it.
    }
    if (isCode(placeOf(real))) return;
    const message = `agents or requests can write ${path}, so the server runs nothing from there; publish it as a package and install that`;
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
