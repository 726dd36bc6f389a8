// makeCache.js FILE TOKEN: starts the server, rehearses a first day, and writes the code that V8 compiled for it into FILE, so that no machine
// compiles it again. TOKEN is of an invitation that ../lib/invite.sh has made: the rehearsal proves that Paperclip accepts it.
import { writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import * as reached from "./reached.js";

// As start.js does.
globalThis.paperclipOnFly = {
  ...reached,
  files: () => process.getBuiltinModule("node:fs"),
};
const { script, startServer } = await import("./index.js");

const [, , cache, token] = process.argv;
const origin = "http://127.0.0.1:3100";
// As the door gives it to whoever opens the invitation. Here is none.
let cookie = `paperclip-invitation=${token}`;

await startServer();
while ((await ask("GET", "/api/health")).status !== "ok") await setTimeout(100);
await rehearse();
writeFileSync(cache, script.createCachedData());
process.exit();

/** The first administrator's hour: an account, an organization, an agent, a task, and the dashboard's requests. */
async function rehearse() {
  const { inviteType } = await ask("GET", `/api/invites/${token}`);
  const { bootstrapInviteActive } = await ask("GET", "/api/health");
  if (inviteType !== "bootstrap_ceo" || !bootstrapInviteActive)
    refute("Paperclip does not accept the invitation that docker/lib/invite.sh makes");
  const account = { email: "build@example.test", password: "only for this one start", name: "Build" };
  await ask("POST", "/api/auth/sign-up/email", account);
  await ask("POST", `/api/invites/${token}/accept`, { requestType: "human" });
  const company = await ask("POST", "/api/companies", { name: "Build" });
  const own = `/api/companies/${company.id}`;
  const agent = { name: "Build", role: "engineer", adapterType: "claude_local", adapterConfig: {} };
  await ask("POST", `${own}/agents`, agent);
  await ask("POST", `${own}/issues`, { title: "Build", status: "backlog" });
  await Promise.all(dashboard(own).map((path) => ask("GET", path)));
}

/** The requests of the dashboard, as a browser sends them. A missing one does no harm. */
function dashboard(own) {
  return [
    "/",
    "/api/auth/get-session",
    "/api/cli-auth/me",
    "/api/companies?scope=accessible",
    "/api/adapters",
    "/api/instance/settings/general",
    "/api/instance/settings/experimental",
    "/api/plugins/ui-contributions",
    "/api/announcements/current",
    "/api/sidebar-preferences/me",
    ...[
      ...["activity?limit=10", "agents", "approvals", "dashboard", "heartbeat-runs?limit=200&summary=true"],
      ...[
        "inbox-dismissals",
        "issues",
        "issues?status=backlog%2Ctodo",
        "join-requests?status=pending_approval",
      ],
      ...["live-runs", "live-runs?minCount=4", "projects", "projects?includeArchived=true"],
      ...["resource-memberships/me", "routines", "sidebar-preferences/me", "skills", "user-directory"],
    ].map((path) => `${own}/${path}`),
  ];
}

/** Fails the build, also where template.sh would accept an image without the cache. */
function refute(message) {
  console.error(message);
  process.exit(65);
}

async function ask(method, path, body) {
  const response = await fetch(`${origin}${path}`, {
    method,
    headers: { "content-type": "application/json", origin, cookie },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) cookie = cookies.map((one) => one.split(";")[0]).join("; ");
  const text = await response.text();
  if (!response.ok && method === "POST")
    throw new Error(`${method} ${path}: HTTP ${response.status} ${text}`);
  return response.headers.get("content-type")?.includes("json") ? JSON.parse(text) : {};
}
