import { document } from "../api/graphql.ts";
import { FlyError, Interrupted, messageOf, NotEmulated, prefixed } from "../errors.ts";
import { string, struct } from "../go/json.ts";
import type { Invocation } from "../invocation.ts";
import { belongsToLaunch, configOf, countChecks, imageWithVersion, processGroup } from "../machines/kinds.ts";
import { table, verticalTable } from "../output/table.ts";
import type { AppCompact } from "../types/app.ts";
import type { Machine } from "../types/machine.ts";

const latestImageQuery = document`
  query($image: String!, $flyVersion: String) {
    latestImageDetails(image: $image, flyVersion: $flyVersion) { registry repository tag version digest }
  }`;
const ImageVersion = struct("fly.ImageVersion", {
  registry: string,
  repository: string,
  tag: string,
  version: string,
  digest: string,
});
const machineHeaders = ["Process", "ID", "Version", "Region", "State", "Role", "Checks", "Last Updated"];

/** `status` as text: the app, and its machines as a table. */
export async function printStatus(
  invocation: Invocation,
  app: AppCompact,
  machines: Machine[],
): Promise<void> {
  const { streams } = invocation;
  await lookForUpdates(invocation, machines);
  const managed = machines.filter(belongsToLaunch);
  const fields = ["Name", "Owner", "Hostname", "Image"];
  const values = [app.Name, app.Organization?.Slug ?? "", app.Hostname, latestImage(managed)];
  if (app.Network) {
    fields.push("Network");
    values.push(app.Network);
  }
  streams.out(verticalTable([values], fields, "App"));
  if (managed.length > 0) streams.out(machinesTable(managed));
  if (managed.length === machines.length) return;
  streams.out(`Found machines that aren't part of Fly Launch, run fly machines list to see them.\n`);
}

const versionLabel = ({ image_ref: { labels } }: Machine): string => labels["fly.version"] ?? "";

/** Fly knows later versions only of its own images. For others it answers that it does not know the repository. */
async function lookForUpdates({ graphql }: Invocation, machines: Machine[]): Promise<void> {
  const unknown = new Set<string>();
  for (const machine of machines) {
    const { repository, tag, digest } = machine.image_ref;
    const image = `${repository}:${tag}`;
    if (unknown.has(image) || tag.startsWith("deployment-")) continue;
    const variables = { image, flyVersion: versionLabel(machine) };
    try {
      const latest = await graphql.run(latestImageQuery, "latestImageDetails", ImageVersion, variables);
      if (digest !== latest.digest) throw new NotEmulated("the status of a machine whose image has updates");
    } catch (error) {
      if (error instanceof Interrupted || error instanceof NotEmulated) throw error;
      if (!messageOf(error).includes("Unknown repository")) {
        throw prefixed(`unable to fetch latest image details for ${image}: `, error);
      }
      unknown.add(image);
    }
  }
}

const releaseVersion = (machine: Machine): string => configOf(machine)?.metadata.fly_release_version ?? "";

/** The image of the newest release among the machines. */
function latestImage(machines: Machine[]): string {
  let [highest, image] = [0, "-"];
  for (const machine of machines) {
    const version = releaseVersion(machine);
    if (version === "") continue;
    if (!/^[+-]?\d+$/.test(version)) throw new FlyError(`could not parse release version (${version})`);
    if (Number(version) < highest || Number(version) <= 0) continue;
    highest = Number(version);
    image = imageWithVersion(machine);
  }
  return image;
}

function machinesTable(machines: Machine[]): string {
  const rows = machines
    .map((machine) => [
      processName(machine),
      machine.id,
      releaseVersion(machine),
      machine.region,
      machine.state,
      configOf(machine)?.metadata.role ?? "",
      checksSummary(machine),
      machine.updated_at,
    ])
    .sort((a, b) => (a.join("\0") < b.join("\0") ? -1 : 1));
  return (
    table(rows, machineHeaders, "Machines") +
    (machines.some(isUnreachable) ? "Notes:\n  💀 The machine's host is unreachable\n" : "")
  );
}

const isUnreachable = ({ host_status: status }: Machine): boolean => status !== "ok";

const processName = (machine: Machine): string =>
  (processGroup(machine) || "<default>") + (isUnreachable(machine) ? "💀" : "");

function checksSummary(machine: Machine): string {
  const { total, ...counts } = countChecks(machine);
  if (total === 0) return "";
  const named = Object.entries(counts).filter(([, count]) => count > 0);
  return [`${total} total`, ...named.map(([name, count]) => `${count} ${name}`)].join(", ");
}
