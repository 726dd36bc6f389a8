/** What Fly.io says of the app, held against what the stack has recorded. */
import { z } from "zod";
import { flyctlJson } from "../components/fly/flyctl.ts";
import {
  isAtRest,
  machineShape,
  situation,
  stoppedByTrial,
  trialText,
  unhealthy,
} from "../components/fly/machine.ts";
import { type Finding, well, wrong } from "./finding.ts";
import type { StackOutputs } from "./stackOutputs.ts";

const shapes = {
  machines: z.array(
    machineShape.extend({
      config: z.object({
        guest: z.object({ cpu_kind: z.string(), cpus: z.number(), memory_mb: z.number() }),
      }),
    }),
  ),
  volumes: z.array(
    z.object({
      id: z.string(),
      region: z.string(),
      size_gb: z.number(),
      attached_machine_id: z.string().nullish(),
    }),
  ),
  addresses: z.array(z.object({ Address: z.string(), Type: z.string() })),
  secrets: z.array(z.object({ name: z.string(), status: z.string() })),
};

/** What Fly.io answers about an app. */
export interface FlyView {
  machines: z.infer<typeof shapes.machines>;
  volumes: z.infer<typeof shapes.volumes>;
  addresses: z.infer<typeof shapes.addresses>;
  secrets: z.infer<typeof shapes.secrets>;
}

export async function flyView(app: string): Promise<FlyView> {
  const about = ["--app", app];
  return {
    machines: await flyctlJson(app, ["machine", "list", ...about], shapes.machines),
    volumes: await flyctlJson(app, ["volumes", "list", ...about], shapes.volumes),
    addresses: await flyctlJson(app, ["ips", "list", ...about], shapes.addresses),
    secrets: await flyctlJson(app, ["secrets", "list", ...about], shapes.secrets),
  };
}

export function flyFindings(view: FlyView, outputs: StackOutputs): Finding[] {
  return [
    ...machineFindings(view, outputs),
    volumeFinding(view, outputs),
    addressFinding(view, outputs),
    ...secretFindings(view),
  ];
}

function machineFindings(
  { machines }: FlyView,
  { appName, machineId, imageDigest }: StackOutputs,
): Finding[] {
  const machine = machines.find(({ id }) => id === machineId);
  if (!machine)
    return [wrong("machine", `${machineId} is gone`, "pulumi up --refresh, or restore: see the volume")];
  const extra = machines.filter(({ id }) => id !== machineId).map(({ id }) => id);
  return [
    ...stateFindings(machine, appName),
    imageDigest.endsWith(machine.image_ref.digest ?? "none")
      ? well("image", "the machine runs the image of the stack")
      : wrong(
          "image",
          `the machine runs ${machine.image_ref.digest}, not the stack's ${imageDigest}`,
          "pulumi up after a change, or flyctl deploy",
        ),
    ...(extra.length > 0
      ? [
          wrong(
            "machine",
            `${extra.join(", ")} besides the stack's own`,
            `flyctl machine destroy ${extra[0]} --app ${appName}`,
          ),
        ]
      : []),
  ];
}

function stateFindings(machine: FlyView["machines"][number], appName: string): Finding[] {
  const { id, state } = machine;
  if (state === "started") {
    const reasons = unhealthy(machine);
    return [
      well("machine", `${id} is started`),
      ...(reasons.length === 0 ? [well("health", "Fly.io's check passes")] : []),
      ...reasons.map((reason) => wrong("health", reason, `flyctl logs --app ${appName}`)),
    ];
  }
  const start = `flyctl machine start ${id} --app ${appName}`;
  if (stoppedByTrial(machine)) {
    const card = "add a card (https://fly.io/dashboard, Billing), then ";
    return [wrong("machine", `${id} is stopped; ${trialText}`, card + start)];
  }
  if (isAtRest(machine) || state === "failed") return [wrong("machine", `${id} is ${state}`, start)];
  return [wrong("machine", situation(machine), `flyctl status --app ${appName}`)];
}

function volumeFinding({ volumes }: FlyView, { volumeId, machineId }: StackOutputs): Finding {
  const volume = volumes.find(({ id }) => id === volumeId);
  if (!volume)
    return wrong(
      "volume",
      `${volumeId} is gone`,
      "restore it from a snapshot: flyctl volumes snapshots list",
    );
  if (volume.attached_machine_id !== machineId) {
    return wrong("volume", `${volumeId} is not attached to the machine`, "pulumi up");
  }
  return well("volume", `${volumeId}, ${volume.size_gb} GB in ${volume.region}`);
}

function addressFinding({ addresses }: FlyView, { appName }: StackOutputs): Finding {
  const open = addresses
    .filter(({ Type }) => ["v4", "v6", "shared_v4"].includes(Type))
    .map(({ Address }) => Address);
  return open.length === 0
    ? well("addresses", "private only")
    : wrong(
        "addresses",
        `open to the internet: ${open.join(", ")}`,
        `flyctl ips release ${open.join(" ")} --app ${appName}`,
      );
}

function secretFindings({ secrets }: FlyView): Finding[] {
  const staged = secrets.filter(({ status }) => status === "Staged").map(({ name }) => name);
  // A renewed key waits for the next start on purpose: a device that has joined needs it no more.
  const waiting = staged.filter((name) => name !== "TAILSCALE_AUTH_KEY");
  if (waiting.length === 0) return [];
  return [
    wrong("secrets", `${waiting.join(", ")} wait for a release, or any start of the machine`, "pulumi up"),
  ];
}
