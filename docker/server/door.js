// Decides who reaches Paperclip, in front of it and in its process. Requests from the tailnet and from agents come over loopback. To all
// others, which come over the platform's network, only the health check is answered: Paperclip's own guard believes any X-Forwarded-Host.
import { BlockList } from "node:net";
import { excessOfBody, turnsWithin } from "./bodies.js";
import { isInvited, proofOfInvitation } from "./invitations.js";
import { withoutNul } from "./lengths.js";
import { changed } from "./pace.js";
import { answerPage } from "./page.js";
import { answerPasswordPage, isPasswordPage } from "./passwordPage.js";
import { answered } from "./pulse.js";
import { isForNews, refuseNews } from "./tools.js";

// Not imported: an import evaluates all exports at once, WebSocket and with it undici among them, which takes a twentieth of a start.
const http = process.getBuiltinModule("node:http");

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8);
loopback.addAddress("::1", "ipv6");

/** Bytes of large requests that are read at once: as many as the largest company package may have, see ../lib/server.sh. */
const turn = turnsWithin(Number(process.env.PAPERCLIP_IMPORT_ZIP_MAX_BYTES) || 100_000_000);

const isLocal = ({ socket }) =>
  loopback.check(socket.remoteAddress ?? "", socket.remoteFamily === "IPv6" ? "ipv6" : "ipv4");

/** Makes every HTTP server of this process check its requests first. */
export function installDoor() {
  const { createServer } = http;
  // An unwanted WebSocket is treated as an ordinary request, and refused as one.
  http.createServer = (app) =>
    createServer({ shouldUpgradeCallback: isWanted }, (request, response) =>
      answer(request, response, app),
    ).on("connect", refuseTunnel);
}

/** Whether a connection changes its protocol. A client that proposes one that the server lacks, such as HTTP/2, gets its answer over HTTP/1.1. */
const isWanted = (request) => isLocal(request) && /^websocket$/i.test(request.headers.upgrade);

/** The server is not a proxy. It says so: without an answer, a client would wait or suspect a failure on the way. */
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
    return refuse(response, "You need an invitation to create an account: open its link, then try again.");
  }
  request.url = withoutNul(request.url);
  const proof = proofOfInvitation(request);
  if (proof) response.appendHeader("set-cookie", proof);
  const excess = excessOfBody(request);
  // Answered only when all of it is read, and thrown away: who still sends when the connection closes never sees the answer.
  if (excess) return request.resume().once("end", () => refuse(response, excess, 413, "TOO_LONG"));
  if (isForNews(request)) return refuseNews(response);
  if (isPasswordPage(request)) return answerPasswordPage(request, response);
  if (!isLook(request)) response.once("close", () => changed(request.url));
  if (request.url === "/api/health") response.once("finish", answered);
  const waits = turn(request, response);
  if (waits) await waits;
  await answerPage(request, response, app);
}

/** Whether a request only reads, as the health check and an open page do all the time. */
const isLook = ({ method }) => ["GET", "HEAD", "OPTIONS"].includes(method);

function refuse(response, message, status = 403, code = "REFUSED") {
  response.writeHead(status, { "content-type": "application/json", connection: "close" });
  response.end(JSON.stringify({ error: message, message, code }));
}

/** Whether a request could create an account, however its address is written. */
function isSignUp({ url }) {
  // Parsing an address takes longer than the rest of this file. Most addresses are plain and name no sign-up.
  if (/^[\w./?&=,:-]*$/.test(url) && !/sign-up/i.test(url)) return false;
  try {
    return /auth.*sign-up/i.test(decodeURIComponent(new URL(url, "http://door").pathname));
  } catch {
    return true;
  }
}
