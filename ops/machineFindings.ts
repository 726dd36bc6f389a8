/** What the machine says of itself: Paperclip's health and the tailnet device. */
import { z } from "zod";
import { flyctlJson } from "../components/fly/flyctl.ts";
import { execTokenCommand, exported } from "../components/fly/rights.ts";
import { connectionFinding, peersShape } from "./connectionFinding.ts";
import { type CpuReadings, cpuShape } from "./cpuFinding.ts";
import { type Finding, well, wrong } from "./finding.ts";
import type { StackOutputs } from "./stackOutputs.ts";

const answer = z.object({
  exit_code: z.number().default(0),
  stdout: z.string().default(""),
  stderr: z.string().default(""),
});

const shapes = {
  health: z.object({
    status: z.string(),
    bootstrapStatus: z.string().optional(),
    warnings: z.array(z.object({ message: z.string() })).default([]),
  }),
  device: z.object({
    state: z.string(),
    name: z.string().optional(),
    /** What keeps the device from being reached. */
    problem: z.string().default(""),
    /** What may do so. */
    warning: z.string().default(""),
    peers: peersShape,
  }),
  model: z.object({
    /** Agents of the stack's setting whose programs the image has not. */
    missing: z.array(z.string()).default([]),
    /** Name of the secret that the agents' programs use; null: there is none. */
    credential: z.string().nullable(),
    /** Of Anthropic's answer; 0: there was none. */
    status: z.number(),
    message: z.string(),
  }),
};

export interface MachineView {
  /** Undefined where Paperclip does not answer. */
  health: z.infer<typeof shapes.health> | undefined;
  device: z.infer<typeof shapes.device>;
  /** Undefined where the machine's image is from before this question. */
  model: z.infer<typeof shapes.model> | undefined;
}

/** What is run in the machine; a token that may do just this is enough for doctor. No commas: flyctl would take one for two commands. */
export const commands = {
  health: "curl --silent --max-time 5 --header Host:localhost http://127.0.0.1:3100/api/health",
  device: "paperclip-tailnet",
  model: "paperclip-model",
  cpu: "paperclip-cpu",
};

/**
 * Takes ten seconds and more.
 *
 * @returns `cpu` is undefined where the machine's image is from before this question
 * @throws FlyctlError when Fly.io does not let the token run a command in the machine.
 */
export async function machineView({
  appName,
  machineId,
}: StackOutputs): Promise<MachineView & { cpu: CpuReadings | undefined }> {
  const exec = (command: string) =>
    flyctlJson(appName, ["machine", "exec", machineId, command, "--app", appName], answer);
  // First, so that it does not see what the others use.
  const cpu = await exec(commands.cpu);
  const health = await exec(commands.health);
  const device = await exec(commands.device);
  const model = await exec(commands.model);
  return {
    health: health.exit_code === 0 ? shapes.health.parse(JSON.parse(health.stdout)) : undefined,
    device: shapes.device.parse(JSON.parse(device.stdout)),
    model: model.exit_code === 0 ? shapes.model.parse(JSON.parse(model.stdout)) : undefined,
    cpu: cpu.exit_code === 0 ? cpuShape.parse(JSON.parse(cpu.stdout)) : undefined,
  };
}

/** What there is to say of a machine that the token does not let doctor look into. */
export const machineClosed = ({ appName }: Pick<StackOutputs, "appName">): Finding =>
  wrong(
    "inside",
    "the Fly.io token has no right to look into the machine",
    exported(execTokenCommand(appName, Object.values(commands))),
  );

export function machineFindings(
  { health, device, model }: MachineView,
  { appName, url, machineId }: StackOutputs,
): Finding[] {
  const logs = `flyctl logs --app ${appName}`;
  return [
    health?.status === "ok"
      ? well("paperclip", "answers")
      : wrong("paperclip", health ? `is ${health.status}` : "does not answer", logs),
    ...(health?.bootstrapStatus === "bootstrap_pending"
      ? [
          wrong(
            "administrator",
            "nobody yet",
            `flyctl machine exec ${machineId} paperclip-invite --app ${appName}`,
          ),
        ]
      : []),
    ...(health?.warnings ?? []).map(({ message }) => wrong("paperclip", message, logs)),
    deviceFinding(device, new URL(url).host, logs),
    ...(device.state === "Running" ? [connectionFinding(device.peers)] : []),
    modelFinding(model),
    ...programFindings(model),
  ];
}

function deviceFinding(
  { state, name, problem, warning }: MachineView["device"],
  wanted: string,
  logs: string,
): Finding {
  if (problem) return wrong("tailnet", problem, logs);
  if (state !== "Running") return wrong("tailnet", `the device is ${state}`, logs);
  if (name !== wanted)
    return wrong("tailnet", `the device is ${name}, not ${wanted}`, "pulumi up says what to do");
  return warning ? wrong("tailnet", warning, logs) : well("tailnet", `open as https://${name}`);
}

/** The setting that holds a secret of the agents', by the secret's name. */
const settingOf: Record<string, string> = {
  CLAUDE_CODE_OAUTH_TOKEN: "claudeToken",
  ANTHROPIC_API_KEY: "anthropicKey",
};

function modelFinding(model: MachineView["model"]): Finding {
  if (!model) return wrong("agents", "cannot be asked for their token for Claude", "pulumi up");
  const { credential, status, message } = model;
  const mend = (setting: string) => `pulumi config set --secret ${setting}, then pulumi up`;
  if (credential === null) return wrong("agents", "have no token for Claude", mend("claudeToken"));
  const setting = settingOf[credential] ?? "claudeToken";
  if (status === 200) return well("agents", `Anthropic accepts their ${setting}`);
  if (status === 401 || status === 403)
    return wrong("agents", `Anthropic refuses their ${setting}: ${message}`, mend(setting));
  return wrong(
    "agents",
    status === 0 ? "Anthropic does not answer the machine" : `Anthropic answers HTTP ${status}: ${message}`,
    "see https://status.anthropic.com, then try again",
  );
}

function programFindings(model: MachineView["model"]): Finding[] {
  if (!model || model.missing.length === 0) return [];
  const names = model.missing.join(", ");
  return [
    wrong(
      "agents",
      `the image has no program of ${names}, so Paperclip does not offer it`,
      `an image built with ADAPTERS="claude ${model.missing.join(" ")}", or pulumi config rm image, then pulumi up`,
    ),
  ];
}
