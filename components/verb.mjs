/**
 * Runs one verb: `node components/verb.mjs "fly/app create"`, after a look at the Node.js that is to run verb.ts. A destroy starts it
 * without the program, which looks too. This path and the verbs' names are written in the state of each client and stay as they are.
 */
import { nodeProblem } from "../program/nodeVersion.mjs";

const problem = nodeProblem();
if (problem) {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
} else {
  await import("./verb.ts");
}
