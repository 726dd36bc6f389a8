// What of the installed packages the build and the image find by its path.
import { chosen, evaluatedWhenUsed, loadedFromDisk, loadedWhenUsed, readByPath } from "../packages.mjs";

const server = "@paperclipai/server/dist";

/** A file or a package that has to be there. */
const there = (file, ours, otherwise) => ({ name: `${file} is installed`, file, ours, otherwise });

const packageOf = (name) => name.split("/", name.startsWith("@") ? 2 : 1).join("/");

export const layout = [
  there(`${server}/index.js`, ["docker/build/bundle.mjs", "docker/server/index.js"], "there is no server"),
  there(
    `${server}/vendor/paperclip-runner/bin/paperclip-runnerd`,
    ["docker/Dockerfile"],
    "the build looks for a program to strip that there is not, and agents of Paperclip's own runner do not start",
  ),
  there(
    "@anthropic-ai/claude-agent-sdk-linux-x64/claude",
    ["docker/Dockerfile"],
    "the image has no `claude`, or has it twice",
  ),
  there(
    "@paperclipai/server/ui-dist/index.html",
    ["docker/server/page.js", "docker/build/compressAssets.mjs"],
    "there is no page",
  ),
  ...readByPath.map((file) => there(file, ["docker/build/packages.mjs"], "the server does not load")),
  ...[...loadedFromDisk, ...loadedWhenUsed].map((name) =>
    there(
      `${packageOf(name)}/package.json`,
      ["docker/build/packages.mjs"],
      "the list keeps a package that there is not",
    ),
  ),
  ...evaluatedWhenUsed.map((name) =>
    there(
      `${packageOf(name)}/package.json`,
      ["docker/build/packages.mjs"],
      "what has taken the package's place is evaluated at each start, which takes longer",
    ),
  ),
  {
    name: "Codex' program is the package that the list leaves out where nobody wants it",
    file: `${chosen.codex}/package.json`,
    ours: ["docker/build/packages.mjs"],
    otherwise: "each image carries Codex' program, which is 390 MB",
  },
];
