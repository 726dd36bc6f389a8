// Paperclip gives each run with a connected account a home of its own and removes it after the run, so that no sign-in of the machine's
// interferes. An agent would lose with it what it keeps at home: its git settings and keys, programs that it has installed, Claude Code's
// sessions and memory. Here every agent has a home of its own anyway, which no sign-in gets into. So it keeps that.
//
// What the account needs is in variables, and for Codex and Grok in the folders that CODEX_HOME and GROK_HOME name, which stay.

/** See TMPDIR in ../lib/server.sh. */
const begin = "/tmp/paperclip/paperclip-ai-";

/** What leads a program into such a home in place of its own. */
const leading = ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "CLAUDE_CONFIG_DIR"];

/** Whether a variable's value is a place in such a home. */
export const isAccountHome = (value) => typeof value === "string" && value.startsWith(begin);

/**
 * Whether a variable of Claude's names such a home, which is no change of the agent's settings that its session would have to begin anew for.
 * Codex keeps its sessions in that home, so there they do.
 */
export const isPassing = (env, name) =>
  isAccountHome(env[name]) && Boolean(env.ANTHROPIC_API_KEY || env.CLAUDE_CODE_OAUTH_TOKEN);

/** Variables of a program without those that lead it into such a home: ../lib/asAgent.sh gives it its agent's. */
export const withoutAccountHome = (env) =>
  Object.fromEntries(
    Object.entries(env).filter(([name, value]) => !(leading.includes(name) && isAccountHome(value))),
  );
