import { z } from "zod";
import { organizationBySlug, saveToken, userByEmail } from "./store/accounts.ts";
import type { Database } from "./store/database.ts";

/** A token that is handed out by hand: on the real Fly in a browser, or by flyctl, which cuts down one that it has. */
export const tokenInput = z.strictObject({
  kind: z.enum(["user", "org", "readonly", "deploy", "machine-exec"]),
  /** E-mail of the user whose token it is. */
  user: z.string(),
  /** Slug of the organisation; of all kinds but `user`. */
  organization: z.string().optional(),
  /** Name of the app, which need not exist yet; of the kinds `deploy` and `machine-exec`. */
  app: z.string().optional(),
  /** Command lines that the kind `machine-exec` may run; default: all. */
  commands: z.array(z.string()).optional(),
  /** RFC 3339; without it the token does not expire. */
  expiresAt: z.iso.datetime().optional(),
});

/** @throws if the token is for something that is not there, or for too much or too little of it. */
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
