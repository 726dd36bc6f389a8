import type { Row } from "./row.ts";

/** What runs leave behind, and where they work. */
export const runs: Row[] = [
  {
    route: "PATCH /api/execution-workspaces/{id}",
    who: "agent",
    paths: "cwd baseRef branchName",
    urls: "repoUrl",
    programs:
      "config.provisionCommand config.runtimeProvisionCommand config.teardownCommand config.cleanupCommand",
    open: "config.workspaceRuntime metadata",
    neither: "providerRef",
  },
  { route: "POST /api/execution-workspaces/{id}/login-handoff", who: "person", paths: "next" },
  {
    route: "POST /api/companies/{companyId}/environments",
    who: "agent",
    programs: "envVars{}",
    open: "config metadata",
  },
  { route: "PATCH /api/environments/{id}", who: "agent", programs: "envVars{}", open: "config metadata" },
  {
    route: "POST /api/companies/{companyId}/environments/probe-config",
    who: "agent",
    programs: "envVars{}",
    open: "config metadata",
  },
  {
    route: "POST /api/environment-custom-image-setup-sessions/{sessionId}/finish",
    who: "agent",
    open: "metadata",
  },
  { route: "GET /api/heartbeat-runs/{runId}/log", who: "agent", does: "gives a run's log" },
  {
    route: "GET /api/heartbeat-runs/{runId}/workspace-operations",
    who: "agent",
    does: "gives paths of a workspace",
  },
  { route: "GET /api/workspace-operations/{operationId}/log", who: "agent", does: "gives a log" },
  { route: "GET /api/heartbeat-runs/{runId}/provider-trace", who: "person", does: "gives a trace" },
  { route: "GET /api/heartbeat-runs/{runId}/provider-trace/download", who: "person", does: "gives a trace" },
  {
    route: "POST /api/heartbeat-runs/{runId}/provider-trace/reproject-workspace-diffs",
    who: "person",
    does: "reads a trace",
  },
  {
    route: "POST /api/heartbeat-runs/{runId}/provider-trace/frames/{frameId}/reveal",
    who: "person",
    does: "gives a part of a trace",
  },
  { route: "DELETE /api/heartbeat-runs/{runId}/provider-trace", who: "person", does: "removes a trace" },
  {
    route: "GET /api/companies/{companyId}/execution-workspaces",
    who: "agent",
    does: "gives paths of workspaces",
  },
  {
    route: "GET /api/companies/{companyId}/workspace-overview",
    who: "agent",
    does: "gives paths of workspaces",
  },
  { route: "GET /api/execution-workspaces/{id}", who: "agent", does: "gives the path of a workspace" },
  {
    route: "GET /api/execution-workspaces/{id}/close-readiness",
    who: "agent",
    does: "runs git in a workspace",
  },
  {
    route: "GET /api/execution-workspaces/{id}/workspace-operations",
    who: "agent",
    does: "gives paths of a workspace",
  },
  {
    route: "POST /api/execution-workspaces/{id}/reconcile-branch",
    who: "agent",
    does: "runs git in a workspace",
  },
  {
    route: "POST /api/execution-workspaces/{id}/runtime-services/{action}",
    who: "agent",
    does: "starts a workspace's programs",
  },
  {
    route: "POST /api/execution-workspaces/{id}/runtime-commands/{action}",
    who: "agent",
    does: "starts a workspace's programs",
  },
  {
    route: "GET /api/feedback-traces/{traceId}/bundle",
    who: "person",
    does: "gives a run's log and transcript",
  },
  { route: "GET /api/projects/{id}", who: "agent", does: "gives paths of workspaces" },
  { route: "GET /api/companies/{companyId}/projects", who: "agent", does: "gives paths of workspaces" },
];
