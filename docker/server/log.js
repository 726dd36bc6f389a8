// What of requests is logged: what changes something, and what fails. No invitation's link: Fly.io keeps the log for a week, for everybody
// who may only read.

/**
 * A logger of requests for Express that leaves out those that only look and succeed, of which a page makes thirty.
 *
 * @param logger Paperclip's, a pino-http
 */
export const exceptLooks = (logger) => (request, response, next) => {
  if (request.method !== "GET" && request.method !== "HEAD") return logger(request, response, next);
  response.once("finish", () => {
    // It writes its line when the response is closed, which comes after this.
    if (response.statusCode >= 400) logger(request, response, () => {});
  });
  next();
};

/** A request's address without the invitation that it names. */
export const withoutInvitation = (url) =>
  url.replaceAll(/((?:\/|%2F)invites?(?:\/|%2F))[^/?#%]+/gi, "$1:token");
