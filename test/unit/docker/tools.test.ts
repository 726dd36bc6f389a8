import { expect, test } from "vitest";
import { isForNews } from "../../../docker/server/tools.js";

const get = (url: string, accept?: string, method = "GET") => ({ method, url, headers: { accept } });
const stream = "text/event-stream";

test.each([
  get("/mcp/runtime-tools", stream),
  get("/mcp/gateways/gw_0a1b?x=y", "application/json, text/event-stream"),
  get("/api/mcp/project-tools", stream),
  get("/api/tool-gateway/gateways/0a1b-2c/mcp", stream),
])("who asks for news of tools is told that there are none: $url", (request) => {
  expect(isForNews(request)).toBe(true);
});

test.each([
  get("/mcp/runtime-tools", stream, "POST"),
  get("/mcp/runtime-tools", "*/*"),
  get("/mcp/runtime-tools"),
  get("/api/plugins/1/bridge/stream/mcp-news", stream),
  get("/api/health?path=/mcp", stream),
])("any other request is Paperclip's to answer: $method $url $headers.accept", (request) => {
  expect(isForNews(request)).toBe(false);
});
