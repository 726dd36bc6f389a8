import type { Command } from "../cli/command.ts";
import { app, json } from "../cli/commonFlags.ts";
import { type Infer, pointer, slice, string, struct } from "../go/json.ts";
import { type Invocation, printJson } from "../invocation.ts";
import { table } from "../output/table.ts";
import { type SecretStatus, secretStatuses } from "../secrets/secretStatus.ts";

const Secret = struct("fly.AppSecret", { name: string, digest: string, updated_at: pointer(string) });
const Secrets = struct("fly.ListAppSecretsResp", { secrets: slice(Secret) });

interface ListedSecret {
  name: string;
  digest: string;
  status?: SecretStatus;
}

export const secretsList: Command = {
  name: "list",
  app: "required",
  flags: [app, json],
  async run(invocation) {
    const secrets = await listSecrets(invocation);
    const statusOf = await secretStatuses(invocation);
    const listed = secrets.map(({ name, digest, updated_at: updatedAt }): ListedSecret => {
      return { name, digest, ...(statusOf ? { status: statusOf(updatedAt) } : {}) };
    });
    if (invocation.settings.jsonOutput) printJson(invocation, listed);
    else invocation.streams.out(secretsTable(listed, statusOf !== undefined) + summary(listed));
  },
};

async function listSecrets({ flaps, appName, secretVersions }: Invocation): Promise<Infer<typeof Secret>[]> {
  const version = secretVersions.of(appName);
  const query = version === undefined ? "" : `?version=${version}`;
  const options = { failure: "failed to list app secrets" };
  return (await flaps.fetch(Secrets, "GET", `/apps/${appName}/secrets${query}`, options)).secrets;
}

const marks: Partial<Record<SecretStatus, string>> = { Staged: "* ", Partial: "! " };

function secretsTable(secrets: ListedSecret[], hasStatus: boolean): string {
  const rows = secrets.map(({ name, digest, status }) =>
    status ? [(marks[status] ?? "") + name, digest, status] : [name, digest],
  );
  return table(rows, hasStatus ? ["Name", "Digest", "Status"] : ["Name", "Digest"]);
}

function summary(secrets: ListedSecret[]): string {
  const count = (wanted: SecretStatus) => secrets.filter(({ status }) => status === wanted).length;
  const [staged, partial] = [count("Staged"), count("Partial")];
  if (staged > 0 && partial > 0) {
    return (
      "Some secrets need to be deployed:\n" +
      `  * ${counted(staged)} staged (not yet deployed)\n` +
      `  ! ${counted(partial)} partially deployed (deployed to some machines)\n` +
      "\nDeploy with `fly secrets deploy` to sync all machines.\n"
    );
  }
  if (staged > 0) {
    return `There ${are(staged)} ${counted(staged)} not deployed. Deploy with \`fly secrets deploy\` to make them available.\n`;
  }
  if (partial === 0) return "";
  return (
    `There ${are(partial)} ${counted(partial)} partially deployed. This can happen during rolling deployments or if ` +
    "some machines failed to update. Deploy with `fly secrets deploy` to ensure all machines have the latest " +
    "configuration.\n"
  );
}

const are = (count: number): string => (count === 1 ? "is" : "are");
const counted = (count: number): string => `${count} secret${count === 1 ? "" : "s"}`;
