// The accounts that agents work with (AI connections), which the image makes from the stack's credentials.
import { table } from "./database.mjs";

const server = "@paperclipai/server/dist";
const service = `${server}/services/ai-connections.js`;
const runtime = `${server}/services/ai-connection-runtime.js`;
const connections = ["docker/server/operatorConnections.js"];
const refusals = ["docker/server/refusals.js"];
const notOffered = "the stack's credentials are no accounts, and no client gets past the choice of a model";

export const aiAccounts = [
  {
    name: "a run with a connected account gets a home in the temporary folder, by this name",
    file: runtime,
    has: [
      `path.join(os.tmpdir(), \`paperclip-ai-\${input.companyId}-\${selection.grant.id}-\`)`,
      "HOME: home,",
      'XDG_CONFIG_HOME: path.join(home, "config"),',
      'XDG_DATA_HOME: path.join(home, "data"),',
      "CLAUDE_CONFIG_DIR: providerHome,",
    ],
    ours: ["docker/server/accountHomes.js", "docker/server/temporary.js", "docker/lib/handOver.sh"],
    otherwise:
      "agents lose their home, their tools and their sessions with each run, or cannot enter the home they get",
  },
  {
    name: "Claude's accounts are variables only, so that the home of a run's account holds nothing of theirs",
    file: "@paperclipai/shared/dist/ai-connections.js",
    has: ['envKey: "CLAUDE_CODE_OAUTH_TOKEN"', 'envKey: "ANTHROPIC_API_KEY"'],
    ours: ["docker/server/accountHomes.js", "docker/server/stackCredentials.js"],
    otherwise: "agents with a connected account are not signed in",
  },
  {
    name: "a connected account takes these variables away from an agent",
    file: runtime,
    has: [
      ...['"ANTHROPIC_BASE_URL",', '"CLAUDE_CODE_USE_BEDROCK",', '"CLAUDE_CODE_USE_VERTEX",'],
      ...['"CLAUDE_CODE_USE_FOUNDRY",', '"OPENAI_BASE_URL",'],
    ],
    ours: ["docker/server/stackCredentials.js"],
    otherwise: "a gateway's key is offered as an account, and is sent to Anthropic",
  },
  {
    name: "what is recorded in the settings of a connected account stays, and no person changes it",
    file: `${server}/services/tool-access.js`,
    has: ['if (existing.connectionPurpose === "ai" && (input.config || input.transportConfig'],
    ours: connections,
    otherwise: "a deleted account comes back at each start, or a new credential does not reach it",
  },
  {
    name: "the value of a shared account is the company's secret `ai-` and the grant's id",
    file: service,
    has: [`name: \`ai-\${grantId}\``, `source?.name === \`ai-\${grantId}\``],
    ours: connections,
    otherwise: "a credential that the stack no longer has stays in the database",
  },
  {
    name: "connections are saved, revoked and forgotten by these functions",
    file: service,
    has: [
      "async function save(companyId, userId, input, verifiedCredential, sessionId, attemptStartedAt = new Date())",
      "return { list, select, credential, save, setDefault, membership };",
    ],
    ours: connections,
    otherwise: notOffered,
  },
  {
    name: "a grant is revoked by this function",
    file: `${server}/services/tool-access.js`,
    has: ["revokeConnectionGrant: async (idOrUid, grantId, actor) => {"],
    ours: connections,
    otherwise: "a credential that the stack no longer has stays an account",
  },
  table("companies", "companies", [], connections, notOffered),
  table(
    "tool_connections",
    "tool_access",
    ["company_id", "application_id", "uid", "status", "config"],
    connections,
    notOffered,
  ),
  table("connection_grants", "tool_access", ["connection_id", "kind", "status"], connections, notOffered),
  table("company_secrets", "company_secrets", ["company_id", "name", "deleted_at"], connections, notOffered),
  {
    name: "a run that Anthropic refuses has this code: the command line",
    file: "@paperclipai/adapter-claude-local/dist/server/execute.js",
    has: ['? "claude_auth_required"'],
    ours: refusals,
    otherwise: "a run with a credential that Anthropic refuses does not say whose it is",
  },
  {
    name: "a run that Anthropic refuses has this code: the agent's program",
    file: "@paperclipai/adapter-claude-local/dist/server/acp.js",
    has: ['const CLAUDE_AUTH_REQUIRED_ERROR_CODE = "claude_auth_required";'],
    ours: refusals,
    otherwise: "a run with a credential that Anthropic refuses does not say whose it is",
  },
  {
    name: "a client's own subscription is this secret of a user's",
    file: `${server}/services/secrets.js`,
    has: ['name: "Claude Code OAuth token",'],
    ours: [...refusals, "README.md"],
    otherwise: "clients are told to save their token in a way that the page does not take",
  },
];
