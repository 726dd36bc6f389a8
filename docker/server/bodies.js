// Large requests take turns. Paperclip has all of an uploaded file in memory, twice while it joins the parts: ten people or agents who upload at
// the same time would end the server.
//
// Called by ./door.js, before anything of a request's body is read: whoever waits is held back by his own connection.

/** Bytes of a request that is too small to matter. */
const small = 1_000_000;

const megabyte = 2 ** 20;

/** Most bytes of a request's JSON, as Paperclip has it, which answers only "Internal server error" to more. */
const mostJson = { any: 10 * megabyte, company: 64 * megabyte };

/** Bytes of a request's body; undefined if it does not say how large it is. */
const lengthOf = ({ headers }) =>
  "transfer-encoding" in headers ? undefined : Number(headers["content-length"] ?? 0);

/** Why a request is refused for its size; undefined if it is not. Other limits than that of JSON are those of Paperclip's routes. */
export function excessOfBody(request) {
  if (!/^application\/json\b/i.test(request.headers["content-type"] ?? "")) return undefined;
  const most = request.url.startsWith("/api/companies/import") ? mostJson.company : mostJson.any;
  if ((lengthOf(request) ?? 0) <= most) return undefined;
  return `The request's JSON is larger than ${most / megabyte} MB. Send it in parts, or attach it as a file.`;
}

/**
 * Turns for large requests.
 *
 * @param {number} room bytes of all requests that are read at once. One that is larger, or does not say how large it is, is read alone, up to
 * its route's limit
 * @returns what waits for a request's turn: undefined where it need not wait, otherwise a promise
 */
export function turnsWithin(room) {
  let free = room;
  const waiting = [];
  const admit = () => {
    while (waiting.length > 0 && waiting[0].bytes <= free) {
      const next = waiting.shift();
      free -= next.bytes;
      next.begin();
    }
  };
  return (request, response) => {
    const bytes = Math.min(lengthOf(request) ?? room, room);
    if (bytes <= small) return undefined;
    return new Promise((begin) => {
      const mine = { bytes, begin };
      waiting.push(mine);
      response.once("close", () => {
        const at = waiting.indexOf(mine);
        if (at >= 0) waiting.splice(at, 1);
        else free += bytes;
        admit();
      });
      admit();
    });
  };
}
