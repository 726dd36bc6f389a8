/** What Fly.io says of the app, held against what the stack has recorded. */
import {
  type AppAddress,
  type AppSecret,
  isStaged,
  type SizedMachine,
  type Volume,
} from "../components/fly/answers.ts";
import * as ask from "../components/fly/ask.ts";
import { volume as mounted } from "../components/fly/flyToml.ts";
import { isAtRest, situation, stoppedByTrial, trialText, unhealthy } from "../components/fly/machine.ts";
import { privateNetwork, sortAddresses } from "../components/fly/network.ts";
import { describeVolumes, volumeWithData } from "../components/fly/volumes.ts";
import { type Finding, ok, problem } from "./finding.ts";
import type { StackOutputs } from "./stackOutputs.ts";

/** What Fly.io answers about an app. */
export interface FlyView {
  machines: SizedMachine[];
  volumes: Volume[];
  addresses: AppAddress[];
  secrets: AppSecret[];
}

export async function flyView(app: string): Promise<FlyView> {
  return {
    machines: await ask.sizedMachines(app),
    volumes: await ask.volumes(app),
    addresses: await ask.addresses(app),
    secrets: await ask.secrets(app),
  };
}

export function flyFindings(view: FlyView, outputs: StackOutputs): Finding[] {
  return [
    ...machineFindings(view, outputs),
    volumeFinding(view, outputs),
    ...addressFindings(view, outputs),
    ...secretFindings(view),
  ];
}

function machineFindings(
  { machines }: FlyView,
  { appName, machineId, imageDigest }: StackOutputs,
): Finding[] {
  const machine = machines.find(({ id }) => id === machineId);
  if (!machine)
    return [problem("machine", `${machineId} is gone`, "pulumi up --refresh, or restore: see the volume")];
  const extra = machines.filter(({ id }) => id !== machineId).map(({ id }) => id);
  return [
    ...stateFindings(machine, appName),
    imageDigest.endsWith(machine.image_ref.digest ?? "none")
      ? ok("image", "the machine runs the image of the stack")
      : problem(
          "image",
          `the machine runs ${machine.image_ref.digest}, not the stack's ${imageDigest}`,
          "pulumi up after a change, or flyctl deploy",
        ),
    ...(extra.length > 0
      ? [
          problem(
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
      ok("machine", `${id} is started`),
      ...(reasons.length === 0 ? [ok("health", "Fly.io's check passes")] : []),
      ...reasons.map((reason) => problem("health", reason, `flyctl logs --app ${appName}`)),
    ];
  }
  const start = `flyctl machine start ${id} --app ${appName}`;
  if (stoppedByTrial(machine)) {
    const card = "add a card (https://fly.io/dashboard, Billing), then ";
    return [problem("machine", `${id} is stopped; ${trialText}`, card + start)];
  }
  if (isAtRest(machine) || state === "failed") return [problem("machine", `${id} is ${state}`, start)];
  return [problem("machine", situation(machine), `flyctl status --app ${appName}`)];
}

/** Fly.io moves machines by itself, and gives the volume another id then: that is worth a word and nothing is to be done. */
function volumeFinding({ volumes }: FlyView, { appName, volumeId, machineId }: StackOutputs): Finding {
  const { volume, all } = volumeWithData(volumes, mounted.name);
  const look = `flyctl volumes list --app ${appName}`;
  if (all.length === 0) {
    const snapshots = `flyctl volumes snapshots list ${volumeId} --app ${appName}`;
    return problem("volume", `${volumeId} is gone; its snapshots are what is left on Fly.io`, snapshots);
  }
  if (volume?.attached_machine_id !== machineId) {
    const what = `${describeVolumes(volume ? [volume] : all)}: not attached to the machine`;
    return problem("volume", `${what}; Fly.io may be moving it, look again in ten minutes`, look);
  }
  const others = all.filter(({ id }) => id !== volume.id);
  return ok(
    "volume",
    [
      `${volume.id}, ${volume.size_gb} GB in ${volume.region}`,
      ...(volume.id === volumeId ? [] : [`Fly.io has moved it, it was ${volumeId}`]),
      ...(others.length === 0 ? [] : [`beside it ${describeVolumes(others)}`]),
    ].join("; "),
  );
}

function addressFindings({ addresses, machines }: FlyView, { appName, machineId }: StackOutputs): Finding[] {
  const machine = machines.find(({ id }) => id === machineId);
  const { open, foreign, own } = sortAddresses(addresses, machine?.private_ip);
  const release = (some: readonly string[]) => `flyctl ips release ${some.join(" ")} --app ${appName}`;
  const allocate = `flyctl ips allocate-v6 --private --network ${privateNetwork(appName)} --app ${appName}`;
  const findings = [
    ...(open.length > 0
      ? [problem("addresses", `open to the internet: ${open.join(", ")}`, release(open))]
      : []),
    ...(foreign.length > 0
      ? [problem("addresses", `open to another private network: ${foreign.join(", ")}`, release(foreign))]
      : []),
    ...(own.length === 0 ? [problem("addresses", "none in the app's own private network", allocate)] : []),
  ];
  return findings.length > 0 ? findings : [ok("addresses", "private only")];
}

function secretFindings({ secrets }: FlyView): Finding[] {
  const staged = secrets.filter(isStaged).map(({ name }) => name);
  // A renewed key waits for the next start on purpose: a device that has joined needs it no more.
  const waiting = staged.filter((name) => name !== "TAILSCALE_AUTH_KEY");
  if (waiting.length === 0) return [];
  return [
    problem("secrets", `${waiting.join(", ")} wait for a release, or any start of the machine`, "pulumi up"),
  ];
}
