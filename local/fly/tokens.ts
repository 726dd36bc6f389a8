import { z } from "zod";
import { organizationBySlug, saveToken, userByEmail } from "./store/accounts.ts";
import type { Database } from "./store/database.ts";

/** A token that is issued by hand. On the real Fly somebody does that in a browser, or flyctl restricts one that it has. */
export const tokenInput = z.strictObject({
  kind: z.enum(["user", "org", "readonly", "deploy", "machine-exec"]),
  /** E-mail address of the user who owns the token. */
  user: z.string(),
  /** Slug of the organisation. For all kinds except `user`. */
  organization: z.string().optional(),
  /** Name of the app, which does not have to exist yet. For the kinds `deploy` and `machine-exec`. */
  app: z.string().optional(),
  /** Command lines that a token of the kind `machine-exec` is allowed to run. Default: all. */
  commands: z.array(z.string()).optional(),
  /** RFC 3339. Without it the token does not expire. */
  expiresAt: z.iso.datetime().optional(),
});

/** @throws if the organization or user does not exist, or if a field is missing or does not fit the token's kind. */
export function giveToken(database: Database, input: z.infer<typeof tokenInput>, value: string): void {
  const { kind, organization: slug, app, commands } = input;
  const forOneApp = kind === "deploy" || kind === "machine-exec";
  if ((kind === "user") !== (slug === undefined))
    throw new Error("a token needs an organization, unless it is of the kind user");
  if (forOneApp !== (app !== undefined))
    throw new Error("a token needs an app if, and only if, it is of the kinds deploy and machine-exec");
  if (commands && kind !== "machine-exec")
    throw new Error("only a token of the kind machine-exec names commands");
  const user = userByEmail(database, input.user);
  const organization = slug === undefined ? undefined : organizationBySlug(database, slug, user.id);
  if (slug !== undefined && !organization) throw new Error(`there is no organization ${slug}`);
  saveToken(database, value, {
    kind,
    name: `${kind} token`,
    userId: user.id,
    organizationId: organization?.id ?? null,
    appName: app ?? null,
    commands: commands ? JSON.stringify(commands) : null,
    expiresAt: input.expiresAt ?? null,
  });
}
