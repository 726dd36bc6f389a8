/** `doctor`: reads back from Fly.io, the machine and the tailnet what Pulumi cannot see, and says how to mend what is wrong. */
import { findingText } from "./finding.ts";
import { flyFindings, flyView } from "./flyFindings.ts";
import { machineFindings, machineView } from "./machineFindings.ts";
import { stackOutputs } from "./stackOutputs.ts";

/** Returns whether all is well. */
export async function doctor({ stack }: { stack?: string }): Promise<boolean> {
  const outputs = await stackOutputs(stack);
  const fly = await flyView(outputs.appName);
  const started = fly.machines.some(({ id, state }) => id === outputs.machineId && state === "started");
  const findings = [
    ...flyFindings(fly, outputs),
    // A machine that does not run can tell nothing of itself.
    ...(started ? machineFindings(await machineView(outputs), outputs) : []),
  ];
  console.log(findings.map(findingText).join("\n"));
  return findings.every(({ mend }) => mend === undefined);
}
