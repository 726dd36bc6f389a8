/**
 * Whether a Node.js can run this repository's TypeScript as it is. In plain JavaScript, which is all that an older one reads: whatever is
 * started by the `node` of somebody's PATH asks here before it imports anything else.
 */
import { readFileSync } from "node:fs";

/**
 * What to say to somebody whose Node.js is too old; undefined where it is not.
 *
 * @param {string} version e.g. 24.11.0
 * @param {string} path where it is
 * @returns {string | undefined}
 */
export function nodeProblem(version = process.versions.node, path = process.execPath) {
  const { engines } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  const least = engines.node.replace(">=", "");
  const [major, minor] = version.split(".").map(Number);
  const [leastMajor, leastMinor] = least.split(".").map(Number);
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return undefined;
  return `Node.js ${least} or newer is needed, and the first \`node\` on the PATH is ${version} (${path}). Install it from https://nodejs.org or with: nvm install ${leastMajor}`;
}
