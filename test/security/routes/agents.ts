import type { Row } from "./row.ts";

/** What agents consist of: their settings, instructions, programs and homes. */
export const agents: Row[] = [
  {
    route: "POST /api/companies/{companyId}/built-in-agents/{key}/provision",
    who: "agent",
    open: "adapterConfig",
  },
  {
    route: "POST /api/companies/{companyId}/agents",
    who: "agent",
    paths: "instructionsBundle.entryFile instructionsBundle.files{}",
    open: "adapterConfig metadata",
  },
  {
    route: "POST /api/companies/{companyId}/agent-hires",
    who: "agent",
    paths: "instructionsBundle.entryFile instructionsBundle.files{}",
    open: "adapterConfig metadata",
  },
  { route: "POST /api/agents/me/secret-proposals", who: "agent", neither: "sourceConfigPath configPath" },
  {
    route: "PATCH /api/agents/{id}",
    who: "agent",
    paths: "instructionsBundle.entryFile instructionsBundle.files{}",
    open: "adapterConfig metadata",
  },
  { route: "PATCH /api/agents/{id}/instructions-path", who: "agent", paths: "path" },
  { route: "PATCH /api/agents/{id}/instructions-bundle", who: "agent", paths: "rootPath entryFile" },
  { route: "PUT /api/agents/{id}/instructions-bundle/file", who: "agent", paths: "path" },
  { route: "POST /api/agents/{id}/wakeup", who: "agent", open: "payload" },
  { route: "POST /api/companies/{companyId}/remote-agent-profiles", who: "person", open: "configuration" },
  {
    route: "GET /api/agents/{id}/instructions-bundle",
    who: "agent",
    does: "gives names of the instructions' files",
  },
  {
    route: "GET /api/agents/{id}/instructions-bundle/file",
    who: "agent",
    paths: "query.path",
    does: "gives a file of the instructions",
  },
  {
    route: "DELETE /api/agents/{id}/instructions-bundle/file",
    who: "agent",
    paths: "query.path",
    does: "removes a file of the instructions",
  },
  {
    route: "GET /api/agents/{id}/skills",
    who: "agent",
    does: "gives names in the home of an agent's settings",
  },
  {
    route: "POST /api/agents/{id}/skills/sync",
    who: "agent",
    does: "writes skills where the agent's settings say",
  },
  {
    route: "GET /api/agents/{id}/configuration",
    who: "agent",
    does: "gives paths and programs of its settings",
  },
  {
    route: "POST /api/agents/{id}/config-revisions/{revisionId}/rollback",
    who: "agent",
    does: "sets paths and programs as they were",
  },
  {
    route: "POST /api/agents/{id}/heartbeat/invoke",
    who: "agent",
    does: "prepares a workspace and starts the agent's program",
  },
  { route: "POST /api/agents/{id}/claude-login", who: "person", does: "starts the agent's program" },
  { route: "DELETE /api/agents/{id}", who: "agent", does: "removes the agent's folders" },
  {
    route: "POST /api/companies/{companyId}/built-in-agents/{key}/reset",
    who: "agent",
    does: "writes instructions",
  },
  {
    route: "POST /api/companies/{companyId}/built-in-agents/{key}/reconcile",
    who: "agent",
    does: "writes instructions",
  },
  {
    route: "GET /api/companies/{companyId}/adapters/{type}/models",
    who: "person",
    does: "starts an agent's program",
  },
  {
    route: "GET /api/companies/{companyId}/adapters/{type}/detect-model",
    who: "person",
    does: "reads settings in a home",
  },
  {
    route: "GET /api/companies/{companyId}/adapters/{type}/auth-signal",
    who: "person",
    does: "reads a home",
  },
  {
    route: "POST /api/companies/{companyId}/adapters/{type}/login-sessions",
    who: "person",
    does: "starts an agent's program",
  },
  {
    route: "POST /api/companies/{companyId}/ai-connections/local",
    who: "person",
    does: "reads the sign-in of a program",
  },
  {
    route: "POST /api/companies/{companyId}/ai-connections/local/attempts",
    who: "person",
    does: "starts a program",
  },
  {
    route: "POST /api/companies/{companyId}/ai-connections/local/check",
    who: "person",
    does: "reads the sign-in of a program",
  },
  { route: "POST /api/board/chat/stream", who: "person", does: "starts a program" },
  {
    route: "POST /api/companies/{companyId}/chats/{agentRef}",
    who: "person",
    does: "starts the agent's program",
  },
  { route: "GET /api/agents/{id}", who: "agent", does: "gives paths and programs of its settings" },
  {
    route: "GET /api/companies/{companyId}/agent-configurations",
    who: "agent",
    does: "gives paths and programs of settings",
  },
];
