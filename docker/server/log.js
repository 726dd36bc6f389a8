// Which requests are logged: those that change something, and those that fail. Links of invitations and for new passwords are never logged:
// Fly.io keeps the log for a week, open to everybody with read access.

/**
 * Express middleware that skips requests that only read and succeed, of which a page makes thirty.
 *
 * @param logger Paperclip's, a pino-http
 */
export const exceptLooks = (logger) => (request, response, next) => {
  if (request.method !== "GET" && request.method !== "HEAD") return logger(request, response, next);
  response.once("finish", () => {
    // It writes its line when the response closes, which comes later.
    if (response.statusCode >= 400) logger(request, response, () => {});
  });
  next();
};

/** A request's address without the token of an invitation, or of a link for a new password. */
export const withoutInvitation = (url) =>
  url.replaceAll(/((?:\/|%2F)(?:invites?|reset-password)(?:\/|%2F))[^/?#%]+/gi, "$1:token");
