/** What the machine says of itself: Paperclip's health and the tailnet device. */
import { z } from "zod";
import { execTokenCommand, exported } from "../components/fly/rights.ts";
import { type DeviceStatus, deviceCommand, deviceStatus } from "../components/tailnet/deviceStatus.ts";
import { connectionFinding } from "./connectionFinding.ts";
import { type CpuReadings, cpuShape } from "./cpuFinding.ts";
import { type Finding, ok, problem } from "./finding.ts";
import { type KernelStatus, kernelFinding, kernelShape } from "./kernelFinding.ts";
import { type ModelAnswer, modelAnswer, modelFindings, modelShape } from "./modelFinding.ts";
import { Questions } from "./questions.ts";
import type { StackOutputs } from "./stackOutputs.ts";
import { warningFindings, warningShape } from "./warningFindings.ts";

const shapes = {
  health: z.object({
    status: z.string(),
    bootstrapStatus: z.string().optional(),
    /** Whether an invitation for the first administrator is open. */
    bootstrapInviteActive: z.boolean().optional(),
    warnings: z.array(warningShape).default([]),
  }),
  device: deviceStatus,
};

export interface MachineView {
  /** Undefined where Paperclip does not answer. */
  health: z.infer<typeof shapes.health> | undefined;
  device: DeviceStatus;
  /** Undefined where the machine's image is from before this question. */
  model: ModelAnswer | undefined;
  /** Undefined where the machine's image is from before this question. */
  kernel: KernelStatus | undefined;
}

/** The commands that are run in the machine. A token that allows just these is enough for doctor. No commas: flyctl splits commands at them. */
export const commands = {
  health: "curl --silent --max-time 5 --header Host:localhost http://127.0.0.1:3100/api/health",
  device: deviceCommand,
  model: "paperclip-model",
  cpu: "paperclip-cpu",
  kernel: "paperclip-kernel",
};

/**
 * Takes ten seconds and more.
 *
 * @returns `cpu` is undefined where the machine's image is from before this question; of what is in `unanswered` nothing is known
 * @throws FlyctlError when Fly.io does not let the token run a command in the machine.
 */
export async function machineView(
  { appName, machineId }: StackOutputs,
  progress: (line: string) => void,
): Promise<MachineView & { cpu: CpuReadings | undefined; unanswered: Finding[] }> {
  const questions = new Questions({ appName, machineId });
  // First, so that it does not see what the others use.
  const cpu = await questions.ask("cpu", commands.cpu, cpuShape);
  const health = await questions.ask("paperclip", commands.health, shapes.health);
  const device = await questions.ask("tailnet", commands.device, shapes.device);
  const model = await modelAnswer(() => questions.ask("agents", commands.model, modelShape), progress);
  const kernel = await questions.ask("kernel", commands.kernel, kernelShape);
  const unknown = shapes.device.parse({ state: "unknown" });
  return { health, device: device ?? unknown, model, kernel, cpu, unanswered: questions.unanswered };
}

/** What there is to say of a machine that the token does not let doctor look into. */
export const machineClosed = ({ appName }: Pick<StackOutputs, "appName">): Finding =>
  problem(
    "inside",
    "the Fly.io token has no right to look into the machine",
    exported(execTokenCommand(appName, Object.values(commands))),
  );

/** @param volumeHours age of the volume; undefined where it is not known */
export function machineFindings(
  { health, device, model, kernel }: MachineView,
  outputs: StackOutputs,
  volumeHours?: number,
): Finding[] {
  const { appName, url } = outputs;
  const logs = `flyctl logs --app ${appName}`;
  return [
    health?.status === "ok"
      ? ok("paperclip", "answers")
      : problem("paperclip", health ? `is ${health.status}` : "does not answer", logs),
    ...administratorFindings(health, outputs),
    ...warningFindings(health?.warnings ?? [], outputs, volumeHours),
    deviceFinding(device, new URL(url).host, logs),
    ...(device.state === "Running" ? [connectionFinding(device.peers)] : []),
    ...modelFindings(model),
    kernelFinding(kernel),
  ];
}

/** An open invitation waits for somebody, and nothing is wrong. */
function administratorFindings(
  health: MachineView["health"],
  { appName, machineId }: StackOutputs,
): readonly Finding[] {
  const inMachine = (program: string) => `flyctl machine exec ${machineId} ${program} --app ${appName}`;
  if (health?.bootstrapStatus === "ready")
    return [ok("administrator", `there is one; a forgotten password: ${inMachine("paperclip-password")}`)];
  if (health?.bootstrapStatus !== "bootstrap_pending") return [];
  const text = "nobody yet";
  return [
    health.bootstrapInviteActive
      ? ok("administrator", `${text}; the invitation is open: pulumi stack output inviteUrl --show-secrets`)
      : problem("administrator", text, inMachine("paperclip-invite")),
  ];
}

function deviceFinding(
  { state, name, problem: reason, fix, warning }: MachineView["device"],
  wanted: string,
  logs: string,
): Finding {
  if (reason) return problem("tailnet", reason, fix || logs);
  if (state !== "Running") return problem("tailnet", `the device is ${state}`, logs);
  if (name !== wanted)
    return problem("tailnet", `the device is ${name}, not ${wanted}`, "pulumi up says what to do");
  return warning ? problem("tailnet", warning, logs) : ok("tailnet", `open as https://${name}`);
}
