/**
 * Runs a TypeScript file of this repository with the project's own Node: `node program/run.mjs FILE ARGUMENTS`. It first installs the packages
 * of the lock file where they are missing, and the project's Node with them. The host's Node (20 or newer) starts it on a bare checkout, so it
 * is plain JavaScript. What an operator starts (ops/) gets only the packages of the program.
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeProblem } from "./nodeVersion.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");

const [file = "", ...words] = process.argv.slice(2);
if (file.startsWith("ops/")) installProgramsPackages();
else installAllPackages();
run([file, ...words]);

/** Does nothing after an operator's own `npm ci`, with or without `--omit=dev`. */
function installProgramsPackages() {
  const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const isThere = ([name, version]) => {
    const manifest = join(modules, name, "package.json");
    return existsSync(manifest) && JSON.parse(readFileSync(manifest, "utf8")).version === version;
  };
  if (!Object.entries(dependencies).every(isThere)) install("--omit=dev");
}

function installAllPackages() {
  const stamp = join(modules, ".installed");
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  install();
  writeFileSync(stamp, lock);
}

function install(...flags) {
  console.error("Installing the packages of package-lock.json …");
  const { status, error } = spawnSync("npm", ["ci", "--no-audit", "--loglevel=error", ...flags], {
    cwd: root,
    // Not to standard output, which others read what they have asked for from.
    stdio: ["ignore", 2, 2],
  });
  if (error || status !== 0) {
    console.error(
      `npm ci failed${error ? `: ${error.message}` : ""}. Check the connection to the npm registry, then run this again.`,
    );
    process.exit(1);
  }
}

function run(args) {
  const bin = join(modules, ".bin");
  const ownNode = join(bin, "node");
  const node = existsSync(ownNode) ? ownNode : process.execPath;
  // The packages bring a Node.js for Linux. Other systems use the host's.
  const problem = node === ownNode ? undefined : nodeProblem();
  if (problem) {
    console.error(problem);
    process.exit(1);
  }
  const env = {
    ...process.env,
    PATH: [bin, process.env.PATH].join(delimiter),
    // The stand-ins for flyctl and the plugins inherit it: they are started hundreds of times.
    NODE_COMPILE_CACHE: join(modules, ".cache/compile"),
  };
  const child = spawn(node, args, { cwd: root, stdio: "inherit", env });
  // Ctrl-C reaches the child through the terminal. This process waits for the child to end.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.on(signal, () => signal !== "SIGINT" && child.kill(signal));
  child.on("error", (error) => {
    console.error(`${node} cannot be started (${error.message}). Install the packages again: npm ci`);
    process.exit(1);
  });
  child.on("exit", (code, signal) => {
    if (signal && signal !== "SIGINT") console.error(`${args.join(" ")} was ended by ${signal}.`);
    process.exit(code ?? (signal === "SIGINT" ? 130 : 1));
  });
}
