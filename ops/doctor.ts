/** `doctor`: reads back from Fly.io, the machine and the tailnet what Pulumi cannot see, and says how to mend what is wrong. */
import { FlyctlError } from "../components/fly/flyctl.ts";
import { type Finding, findingText } from "./finding.ts";
import { flyFindings, flyView } from "./flyFindings.ts";
import { machineClosed, machineFindings, machineView } from "./machineFindings.ts";
import { type StackOutputs, stackOutputs } from "./stackOutputs.ts";

/** Returns whether all is well. */
export async function doctor({ stack }: { stack?: string }): Promise<boolean> {
  const outputs = await stackOutputs(stack);
  const fly = await flyView(outputs.appName);
  const started = fly.machines.some(({ id, state }) => id === outputs.machineId && state === "started");
  const findings = [
    ...flyFindings(fly, outputs),
    // A machine that does not run can tell nothing of itself.
    ...(started ? await insideFindings(outputs) : []),
  ];
  console.log(findings.map(findingText).join("\n"));
  return findings.every(({ mend }) => mend === undefined);
}

async function insideFindings(outputs: StackOutputs): Promise<Finding[]> {
  try {
    return machineFindings(await machineView(outputs), outputs);
  } catch (error) {
    // A token that only reads is enough for the rest.
    if (error instanceof FlyctlError && error.refused) return [machineClosed(outputs)];
    throw error;
  }
}
