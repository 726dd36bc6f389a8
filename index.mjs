/** What Pulumi starts: the program, index.ts, after a look at the Node.js that is to run it. */
import * as pulumi from "@pulumi/pulumi";
import { nodeProblem } from "./program/nodeVersion.mjs";

const problem = nodeProblem();
if (problem) throw new pulumi.RunError(problem);

/** The stack's outputs. */
export default async () => ({ ...(await import("./index.ts")) });
