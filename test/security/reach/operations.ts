import type { Agent, Answer } from "./agent.ts";
import type { Operation } from "./operation.ts";
import { views } from "./views.ts";

/** Imports the skill in the workspace's folder `s`, as the agent wrote it. Returns its id. */
async function importSkill(agent: Agent): Promise<string> {
  const source = `${agent.workspace}/s`;
  const { imported } = await agent.ok<{ imported: { id: string }[] }>("POST", agent.own("skills/import"), {
    source,
  });
  return imported[0]?.id ?? "";
}

const ofSkill = (agent: Agent, id: string, path = "") => agent.own(`skills/${id}${path}`);

/** The answer, and everything that Paperclip shows of the skills that exist after it: the request may have made some. */
async function andAllSkills(agent: Agent, answer: Answer): Promise<Answer[]> {
  const skills = await agent.ok<{ id: string }[]>("GET", agent.own("skills"));
  const told = await Promise.all(
    skills
      .slice(-6)
      .flatMap(({ id }) => [
        agent.call("GET", ofSkill(agent, id)),
        agent.call("GET", ofSkill(agent, id, "/files?path=SKILL.md")),
        agent.call("GET", ofSkill(agent, id, "/versions")),
      ]),
  );
  return [answer, ...told];
}

const text = "s/SKILL.md";
const note = "s/notes/a.md";
const changed = "---\nname: s\ndescription: changed by an agent\n---\nchanged by an agent\n";

export const operations: Operation[] = [
  {
    name: "a skill's text is read",
    route: "GET /api/companies/{companyId}/skills/{skillId}/files",
    at: text,
    before: importSkill,
    ask: async (agent, _, id) => [await agent.call("GET", ofSkill(agent, id, "/files?path=SKILL.md"))],
  },
  {
    name: "a skill's file is read",
    route: "GET /api/companies/{companyId}/skills/{skillId}/files",
    at: note,
    before: importSkill,
    ask: async (agent, _, id) => [await agent.call("GET", ofSkill(agent, id, "/files?path=notes/a.md"))],
  },
  {
    name: "a skill's text is changed",
    route: "PATCH /api/companies/{companyId}/skills/{skillId}/files",
    at: text,
    before: importSkill,
    ask: async (agent, _, id) => [
      await agent.call("PATCH", ofSkill(agent, id, "/files"), { path: "SKILL.md", content: changed }),
    ],
    writes: true,
  },
  {
    name: "a skill's file is changed",
    route: "PATCH /api/companies/{companyId}/skills/{skillId}/files",
    at: note,
    before: importSkill,
    ask: async (agent, _, id) => [
      await agent.call("PATCH", ofSkill(agent, id, "/files"), { path: "notes/a.md", content: changed }),
    ],
    writes: true,
  },
  {
    name: "a skill's file is removed",
    route: "DELETE /api/companies/{companyId}/skills/{skillId}/files",
    at: note,
    before: importSkill,
    ask: async (agent, _, id) => [
      await agent.call("DELETE", ofSkill(agent, id, "/files"), { path: "notes/a.md", target: "file" }),
    ],
    writes: true,
  },
  {
    name: "a skill is imported from its folder",
    route: "POST /api/companies/{companyId}/skills/import",
    at: text,
    ask: async (agent) =>
      andAllSkills(
        agent,
        await agent.call("POST", agent.own("skills/import"), { source: `${agent.workspace}/s` }),
      ),
  },
  {
    name: "a skill is imported from its text",
    route: "POST /api/companies/{companyId}/skills/import",
    at: text,
    ask: async (agent) =>
      andAllSkills(
        agent,
        await agent.call("POST", agent.own("skills/import"), { source: `${agent.workspace}/s/SKILL.md` }),
      ),
  },
  {
    name: "a skill's version is made",
    route: "POST /api/companies/{companyId}/skills/{skillId}/versions",
    at: note,
    before: importSkill,
    ask: async (agent, _, id) => {
      const made = await agent.call("POST", ofSkill(agent, id, "/versions"), {});
      return [made, await agent.call("GET", ofSkill(agent, id, "/versions"))];
    },
  },
  {
    name: "a skill is copied",
    route: "POST /api/companies/{companyId}/skills/{skillId}/fork",
    at: note,
    before: importSkill,
    ask: async (agent, _, id) => {
      const copy = await agent.call("POST", ofSkill(agent, id, "/fork"), { name: `copy ${Math.random()}` });
      const copyId = /"id":"([^"]+)"/.exec(copy.text)?.[1];
      return [copy, await agent.call("GET", ofSkill(agent, copyId ?? id, "/files?path=notes/a.md"))];
    },
  },
  {
    name: "a skill is looked through",
    route: "POST /api/companies/{companyId}/skills/{skillId}/audit",
    at: note,
    before: importSkill,
    ask: async (agent, _, id) => [await agent.call("POST", ofSkill(agent, id, "/audit"), {})],
    tells: "nothing",
  },
  {
    name: "a project's folder is browsed",
    route: "POST /api/companies/{companyId}/skills/browse-project",
    at: note,
    ask: async (agent, { projectId, workspaceId }) => [
      await agent.call("POST", agent.own("skills/browse-project"), { projectId, workspaceId, path: "s" }),
    ],
    tells: "names",
  },
  {
    name: "a project is searched for skills",
    route: "POST /api/companies/{companyId}/skills/scan-projects",
    at: ".claude/skills/x/SKILL.md",
    ask: async (agent, { projectId }) =>
      andAllSkills(
        agent,
        await agent.call("POST", agent.own("skills/scan-projects"), {
          projectIds: [projectId],
          mode: "import",
        }),
      ),
  },
  {
    name: "the company is exported",
    route: "POST /api/companies/{companyId}/exports",
    at: note,
    before: importSkill,
    ask: async (agent) => [
      await agent.call("POST", agent.own("exports"), {
        include: { company: false, agents: false, projects: false, issues: false, skills: true },
      }),
    ],
  },
  ...views,
];
