// Agents' programs ask each server of tools for a stream of news, as its protocol (MCP) lets them. Paperclip has none, but answers as if the
// stream had ended, so that each of them asks again every second of a run, and is a failure in the log once the run's key is no longer good.
// What the protocol has a server without a stream say, they ask once.

/** Whether a request is for a stream of news of a server of tools. */
export const isForNews = ({ method, url, headers }) =>
  method === "GET" &&
  /^\/(?:api\/(?:[\w-]+\/)*)?mcp(?:\/[\w-]+)*\/?(?:\?|$)/.test(url) &&
  /text\/event-stream/i.test(headers.accept ?? "");

/** Says that there is none. */
export function refuseNews(response) {
  response.writeHead(405, { allow: "POST", "content-length": 0 });
  response.end();
}
