// Agents' programs ask each MCP server for an event stream, as the protocol allows. Paperclip has none and answers as if the stream had ended.
// So each program asks again every second of a run, and fills the log with failures once the run's key has expired. With the answer that the
// protocol intends for a server without a stream, they ask once.

/** Whether a request asks an MCP server for an event stream. */
export const isForNews = ({ method, url, headers }) =>
  method === "GET" &&
  /^\/(?:api\/(?:[\w-]+\/)*)?mcp(?:\/[\w-]+)*\/?(?:\?|$)/.test(url) &&
  /text\/event-stream/i.test(headers.accept ?? "");

/** Answers that there is none. */
export function refuseNews(response) {
  response.writeHead(405, { allow: "POST", "content-length": 0 });
  response.end();
}
