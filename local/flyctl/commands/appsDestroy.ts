import { organizationBySlug } from "../api/account.ts";
import { bucketsOf, fullApp } from "../api/apps.ts";
import type { Command } from "../cli/command.ts";
import { yes } from "../cli/commonFlags.ts";
import { FlyError, NotEmulated, yesRequired } from "../errors.ts";
import { isObject } from "../go/json.ts";
import type { Invocation } from "../invocation.ts";

export const appsDestroy: Command = {
  name: "destroy",
  flags: [yes],
  async run(invocation) {
    if (invocation.args.length === 0) throw new FlyError("no app names provided");
    for (const name of invocation.args) await destroyApp(invocation, name);
  },
};

async function destroyApp(invocation: Invocation, name: string): Promise<void> {
  const { flags, flaps, secretVersions, streams } = invocation;
  if (!flags.bool("yes")) {
    streams.error("Destroying an app is not reversible.\n");
    throw yesRequired();
  }
  const app = await fullApp(invocation, name);
  const organization = await organizationBySlug(invocation, app.Organization.Slug);
  const buckets = await bucketsOf(invocation, organization.Slug);
  const holdsStatics = buckets.some(
    ({ metadata }) => isObject(metadata) && metadata["fly-statics-app-id"] === String(app.InternalNumericID),
  );
  if (holdsStatics) throw new NotEmulated(`the bucket of ${name}'s static files`);
  await flaps.send("DELETE", `/apps/${name}`);
  secretVersions.delete(name);
  streams.out(`Destroyed app ${name}\n`);
}
