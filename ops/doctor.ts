/** `doctor`: reads back from Fly.io, the machine and the tailnet what Pulumi cannot see, and says how to mend what is wrong. */
import { FlyctlError } from "../components/fly/flyctl.ts";
import { cpuFinding, type ListedMachine } from "./cpuFinding.ts";
import { type Finding, findingText } from "./finding.ts";
import { flyFindings, flyView } from "./flyFindings.ts";
import { machineClosed, machineFindings, machineView } from "./machineFindings.ts";
import { answered } from "./questions.ts";
import { type StackOutputs, stackOutputs } from "./stackOutputs.ts";

/** Prints what it finds as it finds it. Returns whether all is well. */
export async function doctor({ stack }: { stack?: string }): Promise<boolean> {
  const outputs = await stackOutputs(stack);
  const fly = await flyView(outputs.appName);
  const outside = print(flyFindings(fly, outputs));
  const machine = fly.machines.find(({ id }) => id === outputs.machineId);
  // A machine that does not run can tell nothing of itself.
  if (machine?.state !== "started") return outside;
  console.error("  looks into the machine, its CPU for ten seconds …");
  return print(await insideFindings(outputs, machine)) && outside;
}

function print(findings: Finding[]): boolean {
  console.log(findings.map(findingText).join("\n"));
  return findings.every(({ mend }) => mend === undefined);
}

async function insideFindings(outputs: StackOutputs, machine: ListedMachine): Promise<Finding[]> {
  try {
    const view = await machineView(outputs);
    return answered([...machineFindings(view, outputs), cpuFinding(view.cpu, machine)], view.unanswered);
  } catch (error) {
    // A token that only reads is enough for the rest.
    if (error instanceof FlyctlError && error.refused) return [machineClosed(outputs)];
    throw error;
  }
}
