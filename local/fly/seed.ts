import { z } from "zod";
import * as ids from "./ids.ts";
import { userByEmail } from "./store/accounts.ts";
import { createApp, findApp } from "./store/apps.ts";
import { type Database, insert, one, run, transaction } from "./store/database.ts";
import { giveToken, tokenInput } from "./tokens.ts";

/*
 * What exists on this Fly before the first request; on the real one somebody creates it in a browser. The seed is applied at every
 * start and keeps what already exists.
 */

const token = tokenInput
  .extend({
    /** The token itself. Prefer the environment variable that holds it. */
    value: z.string().min(1).optional(),
    valueFrom: z.string().min(1).optional(),
  })
  .refine((one) => (one.value === undefined) !== (one.valueFrom === undefined), {
    message: "needs either value or valueFrom",
  });

const seedSchema = z.strictObject({
  users: z.array(z.strictObject({ email: z.email(), name: z.string() })),
  organizations: z.array(
    z.strictObject({
      slug: z.string().regex(/^[a-z0-9-]+$/),
      name: z.string(),
      type: z.enum(["PERSONAL", "SHARED"]).default("SHARED"),
      /** E-mail addresses. */
      members: z.array(z.string()).default([]),
    }),
  ),
  tokens: z.array(token),
  /** Existing apps, whose names are taken. */
  apps: z.array(z.strictObject({ name: z.string(), organization: z.string() })).default([]),
});

export type Seed = z.input<typeof seedSchema>;

/** @throws if the seed refers to something that it does not define, or to an environment variable that is not set. */
export function applySeed(database: Database, input: Seed, environment: NodeJS.ProcessEnv): void {
  const seed = seedSchema.parse(input);
  transaction(database, () => {
    for (const user of seed.users) {
      run(
        database,
        "INSERT INTO users (id, email, name) VALUES (?, ?, ?) ON CONFLICT (email) DO UPDATE SET name = excluded.name",
        ids.userId(),
        user.email,
        user.name,
      );
    }
    for (const { slug, name, type, members } of seed.organizations) {
      if (!organizationByRawSlug(database, slug)) {
        insert(database, "organizations", { id: ids.organizationId(), rawSlug: slug, name, type });
      }
      const { id } = known(organizationByRawSlug(database, slug), `organization ${slug}`);
      for (const email of members) {
        run(
          database,
          "INSERT OR IGNORE INTO memberships (userId, organizationId) VALUES (?, ?)",
          userByEmail(database, email).id,
          id,
        );
      }
    }
    for (const app of seed.apps) {
      const organization = known(
        organizationByRawSlug(database, app.organization),
        `organization ${app.organization}`,
      );
      if (!findApp(database, app.name)) createApp(database, app.name, organization.id, "");
    }
    for (const one of seed.tokens) seedToken(database, one, environment);
  });
}

function seedToken(database: Database, one: z.infer<typeof token>, environment: NodeJS.ProcessEnv): void {
  const value = one.value ?? environment[one.valueFrom ?? ""];
  if (!value) throw new Error(`the seed takes a token from ${one.valueFrom}, which is not set`);
  giveToken(database, one, value);
}

function organizationByRawSlug(database: Database, slug: string) {
  return one<{ id: string }>(database, "SELECT id FROM organizations WHERE rawSlug = ?", slug);
}

function known<Found>(found: Found | undefined, what: string): Found {
  if (found === undefined) throw new Error(`the seed names a ${what} that it does not define`);
  return found;
}
