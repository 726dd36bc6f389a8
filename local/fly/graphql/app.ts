import { appStatus } from "../appStatus.ts";
import { parseImageReference } from "../imageReference.ts";
import { isGone } from "../machines/state.ts";
import { findOrganization } from "../store/accounts.ts";
import { type App, defaultNetwork, networkById } from "../store/apps.ts";
import { addressesOfApp } from "../store/ipAddresses.ts";
import { type Machine, machinesOfApp } from "../store/machines.ts";
import { currentRelease, releasesOfApp } from "../store/releases.ts";
import type { GraphqlContext } from "./context.ts";
import { imageObject } from "./image.ts";
import { ipAddressObject } from "./ipAddress.ts";
import { organizationObject } from "./organization.ts";
import { releaseObject } from "./release.ts";

const hostId = "local";

export function appObject(context: GraphqlContext, app: App) {
  const { database } = context.platform;
  const organization = findOrganization(database, app.organizationId);
  const status = appStatus(database, app);
  const isDeployed = status !== "pending";
  const hostname = `${app.name}.fly.dev`;
  const network = networkById(database, app.networkId).name;
  const machines = () => machinesOfApp(database, app.id).filter((machine) => !isGone(machine.state));
  const release = () => {
    const current = currentRelease(database, app.id);
    return current ? releaseObject(context, current) : null;
  };
  return {
    id: app.name,
    internalNumericId: app.number,
    name: app.name,
    hostname,
    cnameTarget: `${app.id.replace("app_", "")}.${hostname}`,
    deployed: isDeployed,
    network: network === defaultNetwork ? "" : network,
    status,
    version: () => currentRelease(database, app.id)?.version ?? 0,
    appUrl: isDeployed ? `https://${hostname}` : null,
    platformVersion: "machines",
    organization: organization && organizationObject(organization),
    role: { name: "" },
    config: () => ({ definition: JSON.parse(currentRelease(database, app.id)?.definition ?? "{}") }),
    services: () => services(machines()),
    // A notion from Nomad; releases of apps on machines are not processed.
    currentRelease: null,
    currentReleaseUnprocessed: release,
    releasesUnprocessed: ({ first }: { first?: number | null }) => ({
      nodes: releasesOfApp(database, app.id, first ?? 25).map((one) => releaseObject(context, one)),
    }),
    ipAddresses: () => ({
      nodes: addressesOfApp(database, app.id)
        .filter(({ type }) => type !== "shared_v4")
        .map((address) => ipAddressObject(context, address)),
    }),
    sharedIpAddress: () =>
      addressesOfApp(database, app.id).find(({ type }) => type === "shared_v4")?.address ?? null,
    egressIpAddresses: { nodes: [] },
    image: ({ ref }: { ref: string }) => imageObject(context, ref),
    imageDetails: () => imageDetails(machines()[0]),
    machines: () => ({ nodes: machines().map((machine) => machineObject(context, app, machine)) }),
    hostIssues: { nodes: [] },
  };
}

function services(machines: readonly Machine[]) {
  return (machines[0]?.config.services ?? []).map((service) => ({
    description: null,
    protocol: service.protocol,
    internalPort: service.internal_port,
    ports: (service.ports ?? []).map((port) => ({ port: port.port ?? null, handlers: port.handlers ?? [] })),
  }));
}

function imageDetails(machine: Machine | undefined) {
  const reference = machine && parseImageReference(machine.config.image);
  if (!reference) return null;
  const { registry, repository, tag } = reference;
  return { registry, repository, tag, version: "", digest: machine.imageRef.split("@")[1] };
}

function machineObject(context: GraphqlContext, app: App, machine: Machine) {
  return {
    id: machine.id,
    name: machine.name,
    config: machine.config,
    state: machine.state,
    region: machine.region,
    createdAt: machine.createdAt,
    app: () => appObject(context, app),
    ips: { nodes: [{ family: "v6", kind: "privatenet", ip: machine.privateIp, maskSize: 112 }] },
    host: { id: hostId },
  };
}
