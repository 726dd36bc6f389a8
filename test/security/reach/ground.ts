import type { Agent } from "./agent.ts";
import type { Ids } from "./requests.ts";

/** What an agent makes with Paperclip's API so that the parameters of most routes name something that exists. */
export async function groundOf(agent: Agent): Promise<Ids> {
  const { id: projects } = await agent.ok<{ id: string }>("POST", agent.own("projects"), { name: "Ground" });
  const cwd = `${agent.workspace}/project`;
  await agent.shell(
    `mkdir -p ${cwd}/s && printf -- '---\nname: s\ndescription: s\n---\n' >${cwd}/s/SKILL.md`,
  );
  const place = { name: "its own", sourceType: "local_path", cwd };
  const { id: workspaceId } = await agent.ok<{ id: string }>(
    "POST",
    `/api/projects/${projects}/workspaces`,
    place,
  );
  const issue = { title: "Ground", projectId: projects };
  const { id: issues } = await agent.ok<{ id: string }>("POST", agent.own("issues"), issue);
  const skill = { source: `${cwd}/s` };
  const { imported } = await agent.ok<{ imported: { id: string }[] }>(
    "POST",
    agent.own("skills/import"),
    skill,
  );
  return {
    companyId: agent.work.companyId,
    agents: agent.id,
    agentId: agent.id,
    agentRef: agent.id,
    projects,
    projectId: projects,
    workspaceId,
    issues,
    issueId: issues,
    skillId: imported[0]?.id ?? "",
    type: "claude_local",
    key: "plan",
    action: "start",
  };
}
