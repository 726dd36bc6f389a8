/** `doctor`: reads back from Fly.io, the machine and the tailnet what Pulumi cannot see, and says how to fix what is wrong. */
import { dayOf } from "../components/anthropic/tokenYear.ts";
import { FlyctlError } from "../components/fly/flyctl.ts";
import { cpuFinding, type ListedMachine } from "./cpuFinding.ts";
import { type Finding, findingText } from "./finding.ts";
import { flyFindings, flyView } from "./flyFindings.ts";
import { machineClosed, machineFindings, machineView } from "./machineFindings.ts";
import { answered } from "./questions.ts";
import { type StackOutputs, stackOutputs } from "./stackOutputs.ts";
import { tokenFindings } from "./tokenFindings.ts";
import { hoursSince } from "./warningFindings.ts";

/** Prints what it finds as it finds it. Returns whether all is well. */
export async function doctor({ stack }: { stack?: string }): Promise<boolean> {
  const outputs = await stackOutputs(stack);
  const fly = await flyView(outputs.appName);
  const outside = print([...flyFindings(fly, outputs), ...tokenFindings(outputs, dayOf(new Date()))]);
  const machine = fly.machines.find(({ id }) => id === outputs.machineId);
  // A machine that does not run can tell nothing of itself.
  if (machine?.state !== "started") return outside;
  progress("looks into the machine, its CPU for ten seconds …");
  const volume = fly.volumes.find(({ attached_machine_id }) => attached_machine_id === machine.id);
  const volumeHours = hoursSince(volume?.created_at, new Date());
  return print(await insideFindings(outputs, machine, volumeHours)) && outside;
}

/** Tells people what takes a while; no finding. */
const progress = (line: string) => console.error(`  ${line}`);

function print(findings: Finding[]): boolean {
  console.log(findings.map(findingText).join("\n"));
  return findings.every(({ fix }) => fix === undefined);
}

async function insideFindings(
  outputs: StackOutputs,
  machine: ListedMachine,
  volumeHours: number | undefined,
): Promise<Finding[]> {
  try {
    const view = await machineView(outputs, progress);
    const findings = machineFindings(view, outputs, volumeHours);
    return answered([...findings, cpuFinding(view.cpu, machine)], view.unanswered);
  } catch (error) {
    // A token that only reads is enough for the rest.
    if (error instanceof FlyctlError && error.refused) return [machineClosed(outputs)];
    throw error;
  }
}
