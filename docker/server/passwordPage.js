// A new password by a link that works once: `paperclip-password` prints it (../password.sh). Better Auth has the route that takes the link's
// token with the new password; Paperclip has no page for it. The token is a row of the table where Better Auth keeps what expires. Only the
// server's user and root write there, so nobody in the tailnet and no agent makes a link.
import { createHash } from "node:crypto";

const link = /^\/reset-password(?:\/([^/?#]*))?\/?(?:[?#]|$)/;

/** What the token of an open link belongs to. */
const openLink = `
  SELECT email FROM verification JOIN "user" ON "user".id = verification.value
    WHERE identifier = 'reset-password:' || $1 AND verification.expires_at > now()`;

/** Tries within so many seconds, for each address: as many as Better Auth allows to sign in. */
const tries = { window: 10, max: 3 };

let database;

/**
 * Better Auth's settings for such links: a new password ends all sessions of its person, and nobody tries out tokens.
 *
 * @param db Paperclip's database, a drizzle client
 * @param settings Paperclip's settings of Better Auth
 */
export function passwordsByLink(db, { emailAndPassword, rateLimit }) {
  database = db;
  return {
    emailAndPassword: { ...emailAndPassword, revokeSessionsOnPasswordReset: true },
    rateLimit: {
      ...rateLimit,
      customRules: { ...rateLimit?.customRules, "/reset-password": tries, "/reset-password/*": tries },
    },
  };
}

/** Whether a request opens such a link. */
export const isPasswordPage = ({ method, url }) => method === "GET" && link.test(url);

export async function answerPasswordPage({ url }, response) {
  const [, token] = link.exec(url);
  const [person] = database && token ? await database.$client.unsafe(openLink, [token]).catch(() => []) : [];
  response.writeHead(person ? 200 : 410, headers);
  response.end(person ? formOf(person.email) : closed);
}

const style = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  main { max-width: 24rem; margin: 15vh auto; padding: 0 1rem; }
  h1 { font-size: 1.25rem; }
  label, input, button { display: block; width: 100%; box-sizing: border-box; font: inherit; }
  input { margin: .25rem 0 1rem; padding: .5rem; }
  button { padding: .6rem; cursor: pointer; }
  [role=alert]:not(:empty) { border-left: 3px solid #d33; padding-left: .75rem; }`;

const script = `
  const form = document.querySelector("form");
  const [, password, again] = form.elements;
  const say = (text) => { document.querySelector("[role=alert]").textContent = text; };
  const texts = {
    PASSWORD_TOO_SHORT: "This password is too short: 8 characters are the least.",
    PASSWORD_TOO_LONG: "This password is too long: 128 characters are the most.",
    INVALID_TOKEN: "This link has been used, or is no longer good. Ask your operator for another one.",
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (password.value !== again.value) return say("The two passwords differ. Type the same one twice.");
    say("");
    form.elements.set.disabled = true;
    const token = location.pathname.split("/")[2];
    const answer = await fetch("/api/auth/reset-password", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ newPassword: password.value, token }),
    }).catch(() => undefined);
    form.elements.set.disabled = false;
    if (answer?.ok) {
      form.hidden = true;
      document.querySelector("#done").hidden = false;
      return;
    }
    if (answer?.status === 429) return say("These were many tries. Wait ten seconds, then try again.");
    const { code } = (await answer?.json().catch(() => undefined)) ?? {};
    say(texts[code] ?? "Paperclip did not take it. Wait a moment, then try again.");
  });`;

const hashOf = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

const headers = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  // The address is worth the account: no other page learns it, and no page shows this one in a frame.
  "referrer-policy": "strict-origin",
  "content-security-policy": `default-src 'none'; style-src ${hashOf(style)}; script-src ${hashOf(script)}; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  "x-content-type-options": "nosniff",
};

const pageOf = (body) => `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Paperclip: a new password</title>
<style>${style}</style>
</head>
<body><main>
<h1>A new password</h1>
${body}
</main></body>
</html>
`;

const closed = pageOf(
  `<p>This link has been used, or is no longer good. Ask your operator for another one.</p>
<p><a href="/auth">Sign in</a></p>`,
);

const escaped = (text) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** @param email whose password it is */
const formOf = (email) =>
  pageOf(`<p role="alert"></p>
<form>
<label>Email <input name="email" type="email" autocomplete="username" readonly value="${escaped(email)}"></label>
<label>New password (8 characters or more) <input name="password" type="password" autocomplete="new-password" required autofocus></label>
<label>The same again <input name="again" type="password" autocomplete="new-password" required></label>
<button name="set">Set the password</button>
</form>
<div id="done" hidden><p>The password is set, and every session of this account has ended.</p><p><a href="/auth">Sign in</a></p></div>
<noscript>This page needs JavaScript.</noscript>
<script>${script}</script>`);
