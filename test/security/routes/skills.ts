import type { Row } from "./row.ts";

/** Skills and teams. */
export const skills: Row[] = [
  { route: "POST /api/companies/{companyId}/skills", who: "agent", urls: "iconUrl homepageUrl" },
  { route: "PATCH /api/companies/{companyId}/skills/{skillId}/files", who: "agent", paths: "path" },
  { route: "DELETE /api/companies/{companyId}/skills/{skillId}/files", who: "agent", paths: "path" },
  {
    route: "POST /api/companies/{companyId}/skills/{skillId}/test-runs",
    who: "agent",
    neither: "templateSnapshot.templateName templateSnapshot.templateBody",
  },
  { route: "POST /api/companies/{companyId}/skills/import", who: "agent", paths: "source" },
  { route: "POST /api/companies/{companyId}/skills/browse-project", who: "agent", paths: "path" },
  { route: "POST /api/companies/{companyId}/skills/scan-projects", who: "agent", paths: "selection[].path" },
  {
    route: "PUT /api/companies/{companyId}/skill-policy",
    who: "agent",
    paths: "rules[].resources.sourceLocators[]",
  },
  {
    route: "POST /api/companies/{companyId}/skill-policy/evaluate",
    who: "agent",
    paths: "resource.sourceLocator",
  },
  { route: "GET /api/companies/{companyId}/skills", who: "agent", does: "looks for the skills' folders" },
  {
    route: "GET /api/companies/{companyId}/skills/{skillId}",
    who: "agent",
    does: "gives a skill's text and the names of its files",
  },
  {
    route: "GET /api/companies/{companyId}/skills/{skillId}/files",
    who: "agent",
    paths: "query.path",
    does: "gives a file of a skill",
  },
  {
    route: "GET /api/companies/{companyId}/skills/{skillId}/versions",
    who: "agent",
    does: "gives files of a skill",
  },
  {
    route: "GET /api/companies/{companyId}/skills/{skillId}/versions/{versionId}",
    who: "agent",
    does: "gives files of a skill",
  },
  {
    route: "POST /api/companies/{companyId}/skills/{skillId}/versions",
    who: "agent",
    does: "reads a skill's folder",
  },
  {
    route: "GET /api/companies/{companyId}/skills/{skillId}/fork-precheck",
    who: "agent",
    does: "reads a skill's folder",
  },
  {
    route: "POST /api/companies/{companyId}/skills/{skillId}/fork",
    who: "agent",
    does: "copies a skill's folder",
  },
  {
    route: "POST /api/companies/{companyId}/skills/{skillId}/rename",
    who: "agent",
    does: "moves a skill's folder",
  },
  {
    route: "GET /api/companies/{companyId}/skills/{skillId}/update-status",
    who: "agent",
    does: "reads a skill's folder",
  },
  {
    route: "POST /api/companies/{companyId}/skills/{skillId}/audit",
    who: "agent",
    does: "reads a skill's folder",
  },
  {
    route: "POST /api/companies/{companyId}/skills/{skillId}/install-update",
    who: "agent",
    does: "writes a skill's folder",
  },
  {
    route: "POST /api/companies/{companyId}/skills/{skillId}/reset",
    who: "agent",
    does: "writes a skill's folder",
  },
  { route: "PATCH /api/companies/{companyId}/skills/{skillId}", who: "agent", does: "writes a skill's text" },
  {
    route: "DELETE /api/companies/{companyId}/skills/{skillId}",
    who: "agent",
    does: "removes a skill's folder",
  },
  {
    route: "POST /api/companies/{companyId}/skills/install-catalog",
    who: "agent",
    does: "writes a skill's folder",
  },
  {
    route: "GET /api/skills/catalog/{catalogId}/files",
    who: "agent",
    paths: "query.path",
    does: "gives a file of the image",
  },
  { route: "GET /api/skills/{skillName}", who: "anybody", does: "gives a file of the image" },
  { route: "GET /api/invites/{token}/skills/{skillName}", who: "anybody", does: "gives a file of the image" },
  {
    route: "GET /api/teams/catalog/{catalogId}/files",
    who: "agent",
    paths: "query.path",
    does: "gives a file of the image",
  },
  {
    route: "POST /api/companies/{companyId}/teams/catalog/{catalogId}/preview",
    who: "agent",
    does: "reads a team's files",
  },
  {
    route: "POST /api/companies/{companyId}/teams/catalog/{catalogId}/install",
    who: "agent",
    does: "writes instructions and skills",
  },
];
