// Sets which adapters Paperclip offers whoever hires an agent. Paperclip keeps a list of those that are switched off, which an administrator
// changes in its settings. The image changes the list only for an adapter whose offer has changed since the last start: with the stack's setting
// `agents`, or with a new image. Everything else stays as people have it.
import { readFileSync, writeFileSync } from "node:fs";

const file = "/paperclip/adapter-settings.json";

/** Adapters of the stack's setting, by the name of their program. */
const bySetting = { claude: "claude_local", codex: "codex_local" };

/** Adapters that need no program: they call a service, or run a command that people choose. */
const withoutProgram = ["http", "process", "cursor_cloud", "hermes_gateway", "openclaw_gateway"];

/** Adapters whose program the image lacks. An administrator can add it to an agent's folder and switch the adapter on. */
const withoutTheirProgram = [
  "acpx_local",
  "cursor",
  "gemini_local",
  "grok_local",
  "hermes_local",
  "kimi_local",
  "opencode_local",
  "paperclip_runner",
  "pi_local",
];

/**
 * Whether each adapter of Paperclip's is offered.
 *
 * @param {string[]} agents those of the setting whose programs the image has
 * @returns {Record<string, boolean>}
 */
export const offerOf = (agents) =>
  Object.fromEntries([
    ...Object.entries(bySetting).map(([agent, type]) => [type, agents.includes(agent)]),
    ...withoutProgram.map((type) => [type, true]),
    ...withoutTheirProgram.map((type) => [type, false]),
  ]);

/**
 * Paperclip's settings of adapters after a start; the same object if nothing changes.
 *
 * @param {{ disabledTypes: string[], paperclipOnFly?: Record<string, boolean> }} settings `paperclipOnFly` is the offer of the last start
 * @param {Record<string, boolean>} offer
 */
export function follow(settings, offer) {
  const last = settings.paperclipOnFly ?? {};
  const changed = Object.keys(offer).filter((type) => offer[type] !== last[type]);
  if (changed.length === 0) return settings;
  const kept = settings.disabledTypes.filter((type) => !changed.includes(type));
  return {
    ...settings,
    disabledTypes: [...kept, ...changed.filter((type) => !offer[type])],
    paperclipOnFly: { ...last, ...offer },
  };
}

/** Does it. Before ./files.js closes the file to all but the module that keeps it. */
export function offerAdapters() {
  const agents = process.env.PAPERCLIP_ON_FLY_AGENTS_OFFERED.split("\n");
  delete process.env.PAPERCLIP_ON_FLY_AGENTS_OFFERED;
  const settings = read();
  const after = follow(settings, offerOf(agents));
  if (after !== settings) writeFileSync(file, `${JSON.stringify(after, null, 2)}\n`);
}

/** What Paperclip does not take for its settings, it takes for none: an empty file on a new volume. */
function read() {
  try {
    const settings = JSON.parse(readFileSync(file, "utf8"));
    if (Array.isArray(settings?.disabledTypes)) return settings;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return { disabledTypes: [] };
}
