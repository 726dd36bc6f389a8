// Who gets to Paperclip, in front of it and in its process. From the tailnet and from agents, requests come over loopback. From anywhere
// else, that is the platform's network, only the health check is answered: Paperclip's own guard believes any X-Forwarded-Host.
import { BlockList } from "node:net";
import { isInvited } from "./invitations.js";
import { changed } from "./pace.js";
import { answerPage } from "./page.js";
import { answered } from "./pulse.js";
import { isForNews, refuseNews } from "./tools.js";

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
    createServer({ shouldUpgradeCallback: isWanted }, (request, response) =>
      answer(request, response, app),
    ).on("connect", refuseTunnel);
}

/** Whether a connection becomes another protocol's. Whoever proposes one that is not spoken here, as HTTP/2, is answered by HTTP/1.1. */
const isWanted = (request) => isLocal(request) && /^websocket$/i.test(request.headers.upgrade);

/** This is no proxy: without an answer, who asks for a connection to somewhere else would wait, or take it for a failure on the way. */
const refuseTunnel = (_, socket) =>
  socket.end("HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

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
  if (isForNews(request)) return refuseNews(response);
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
