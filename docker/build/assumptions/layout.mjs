// Files of the installed packages that the build and the image find by their path.
import { chosen, evaluatedWhenUsed, loadedFromDisk, loadedWhenUsed, readByPath } from "../packages.mjs";

const server = "@paperclipai/server/dist";

/** A file that has to exist. */
const there = (file, ours, otherwise) => ({ name: `${file} is installed`, file, ours, otherwise });

const packageOf = (name) => name.split("/", name.startsWith("@") ? 2 : 1).join("/");

export const layout = [
  there(
    `${server}/index.js`,
    ["docker/build/bundle.mjs", "docker/server/index.js"],
    "the build finds no server",
  ),
  there(
    `${server}/vendor/paperclip-runner/bin/paperclip-runnerd`,
    ["docker/Dockerfile"],
    "the build strips a program that does not exist, and agents of Paperclip's own runner do not start",
  ),
  there(
    "@anthropic-ai/claude-agent-sdk-linux-x64/claude",
    ["docker/Dockerfile"],
    "the image has no `claude`, or has it twice",
  ),
  there(
    "@paperclipai/server/ui-dist/index.html",
    ["docker/server/page.js", "docker/build/compressAssets.mjs"],
    "Paperclip has no page",
  ),
  ...readByPath.map((file) => there(file, ["docker/build/packages.mjs"], "the server does not load")),
  ...[...loadedFromDisk, ...loadedWhenUsed].map((name) =>
    there(
      `${packageOf(name)}/package.json`,
      ["docker/build/packages.mjs"],
      "the list keeps a package that does not exist",
    ),
  ),
  ...evaluatedWhenUsed.map((name) =>
    there(
      `${packageOf(name)}/package.json`,
      ["docker/build/packages.mjs"],
      "the package that replaces it is evaluated at each start, which then takes longer",
    ),
  ),
  {
    name: "Codex' program is the package that is left out unless the image is built with it",
    file: `${chosen.codex}/package.json`,
    ours: ["docker/build/packages.mjs"],
    otherwise: "each image carries Codex' program, which is 390 MB",
  },
];
