import type { Seed } from "../fly/seed.ts";

/** Who exists on a local Fly before anybody calls it: the developer with a personal and a shared organization, and somebody else. */
export const flySeed: Seed = {
  users: [
    { email: "dev@example.test", name: "Dev Person" },
    { email: "other@example.test", name: "Somebody Else" },
  ],
  organizations: [
    { slug: "personal", name: "Dev Person", type: "PERSONAL", members: ["dev@example.test"] },
    { slug: "acme", name: "Acme", members: ["dev@example.test"] },
    { slug: "elsewhere", name: "Elsewhere", members: ["other@example.test"] },
  ],
  tokens: [{ kind: "user", user: "dev@example.test", valueFrom: "FLY_API_TOKEN" }],
  // A name that is taken by an app nobody here can see.
  apps: [{ name: "taken-by-somebody-else", organization: "elsewhere" }],
};
