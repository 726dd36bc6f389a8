// Who gets to Paperclip, in front of it and in its process. From the tailnet and from agents, requests come over loopback. From anywhere
// else, that is the platform's network, only the health check is answered: Paperclip's own guard believes any X-Forwarded-Host.
import { BlockList } from "node:net";
import { changed } from "./pace.js";
import { answerPage } from "./page.js";
import { answered } from "./pulse.js";

// Not imported: Node would make all that the module offers ready at once, its WebSocket and with it undici, which is a twentieth of a start.
const http = process.getBuiltinModule("node:http");

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8);
loopback.addAddress("::1", "ipv6");

const isLocal = ({ socket }) =>
  loopback.check(socket.remoteAddress ?? "", socket.remoteFamily === "IPv6" ? "ipv6" : "ipv4");

/** Has every server of this process look at its requests first. */
export function installDoor() {
  const { createServer } = http;
  // A WebSocket that is not wanted is asked for again as a request, and refused as such.
  http.createServer = (app) =>
    createServer({ shouldUpgradeCallback: isLocal }, (request, response) => answer(request, response, app));
}

async function answer(request, response, app) {
  if (!isLocal(request)) {
    for (const name of Object.keys(request.headers)) {
      if (name === "forwarded" || name.startsWith("x-forwarded-")) delete request.headers[name];
    }
    if (request.method !== "GET" || request.url !== "/api/health") {
      return refuse(
        response,
        "Only the health check is answered here; Paperclip is reached from the tailnet.",
      );
    }
  } else if (isSignUp(request) && !(await isInvited(request).catch(() => false))) {
    return refuse(response, "An account is made from an invitation: open its link, then try again.");
  }
  if (!isLook(request)) response.once("close", () => changed(request.url));
  if (request.url === "/api/health") response.once("finish", answered);
  await answerPage(request, response, app);
}

/** Whether a request only looks, as the health check and an open page do all the time. */
const isLook = ({ method }) => ["GET", "HEAD", "OPTIONS"].includes(method);

function refuse(response, message) {
  response.writeHead(403, { "content-type": "application/json", connection: "close" });
  response.end(JSON.stringify({ error: message, message, code: "REFUSED" }));
}

/** Whether a request could make an account, in whatever way its address is written. */
function isSignUp({ url }) {
  // Reading an address takes longer than all the rest of this file: most are plain and name no sign-up.
  if (/^[\w./?&=,:-]*$/.test(url) && !/sign-up/i.test(url)) return false;
  try {
    return /auth.*sign-up/i.test(decodeURIComponent(new URL(url, "http://door").pathname));
  } catch {
    return true;
  }
}

/**
 * Whether the page that asks is an invitation's, and the invitation is open to people. Paperclip itself lets either everybody register
 * or, with its setting for that, not even those who are invited.
 */
async function isInvited({ headers, socket }) {
  const token = /(?:\/|%2F)invite(?:\/|%2F)([A-Za-z0-9_-]+)/i.exec(headers.referer ?? "")?.[1];
  if (!token) return false;
  // Asked in the person's name: Paperclip counts who asks for invitations how often.
  const from = headers["x-forwarded-for"];
  const url = `http://127.0.0.1:${socket.localPort}/api/invites/${token}`;
  const answer = await fetch(url, { headers: from ? { "x-forwarded-for": from } : {} });
  if (!answer.ok) return false;
  // One that a person has accepted is still shown, with what became of it.
  const { allowedJoinTypes, joinRequestStatus } = await answer.json();
  return allowedJoinTypes !== "agent" && joinRequestStatus === null;
}
