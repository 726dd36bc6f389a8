// Starts the server and, once it is well, writes the code that V8 has compiled so far into the file that is named as argument. Before that it
// shows that Paperclip takes the invitation for one of its own whose token comes second, as ../lib/invite.sh makes them.
import { writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import * as memory from "./memory.js";
import * as pace from "./pace.js";

// As start.js does.
globalThis.paperclipOnFly = { ...pace, ...memory };
const { script, startServer } = await import("./index.js");

const [, , cache, token] = process.argv;
await startServer();
while (!(await health())) await setTimeout(100);
await checkInvitation();
writeFileSync(cache, script.createCachedData());
process.exit();

async function health() {
  const answer = await fetch("http://127.0.0.1:3100/api/health");
  const body = await answer.json();
  return answer.ok && body.status === "ok" && body;
}

async function checkInvitation() {
  const answer = await fetch(`http://127.0.0.1:3100/api/invites/${token}`);
  if (answer.ok && (await health()).bootstrapInviteActive && (await answer.json()).inviteType === "bootstrap_ceo") return;
  throw new Error(`Paperclip does not accept the invitation that docker/lib/invite.sh has made: HTTP ${answer.status}`);
}
