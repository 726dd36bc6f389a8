/** What the machine says of itself: Paperclip's health and the tailnet device. */
import { z } from "zod";
import { flyctlJson } from "../components/fly/flyctl.ts";
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
  }),
};

export interface MachineView {
  /** Undefined where Paperclip does not answer. */
  health: z.infer<typeof shapes.health> | undefined;
  device: z.infer<typeof shapes.device>;
}

export async function machineView({ appName, machineId }: StackOutputs): Promise<MachineView> {
  const exec = (command: string) =>
    flyctlJson(appName, ["machine", "exec", machineId, command, "--app", appName], answer);
  const health = await exec(
    "curl --silent --max-time 5 --header Host:localhost http://127.0.0.1:3100/api/health",
  );
  const device = await exec("paperclip-tailnet");
  return {
    health: health.exit_code === 0 ? shapes.health.parse(JSON.parse(health.stdout)) : undefined,
    device: shapes.device.parse(JSON.parse(device.stdout)),
  };
}

export function machineFindings(
  { health, device }: MachineView,
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
