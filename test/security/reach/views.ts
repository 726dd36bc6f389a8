import type { Operation } from "./operation.ts";

const note = "s/notes/a.md";

/** What a person sees of an agent's workspace who asks for one file by its name and nothing else. */
export const views: Operation[] = [
  ...["content", "resolve", "content?download=true"].map(
    (what): Operation => ({
      name: `a person looks at a file of a workspace (${what})`,
      route: `GET /api/issues/{issueId}/file-resources/${what.split("?")[0]}`,
      at: note,
      ask: async ({ work }, { issueId, projectId, workspaceId }) => {
        const [path, query = ""] = what.split("?");
        const file = new URLSearchParams({ path: note, projectId, workspaceId, workspace: "project" });
        const address = `/api/issues/${issueId}/file-resources/${path}?${file}&${query}`;
        const { status, body } = await work.operator.call("GET", address);
        return [{ status, text: JSON.stringify(body) }];
      },
      ...(what === "resolve" ? { tells: "nothing" } : {}),
    }),
  ),
  {
    name: "a person lists a workspace's files",
    route: "GET /api/issues/{issueId}/file-resources/list",
    at: note,
    ask: async ({ work }, { issueId, projectId, workspaceId }) => {
      const file = new URLSearchParams({
        path: "s",
        projectId,
        workspaceId,
        workspace: "project",
        mode: "all",
      });
      const { status, body } = await work.operator.call(
        "GET",
        `/api/issues/${issueId}/file-resources/list?${file}`,
      );
      return [{ status, text: JSON.stringify(body) }];
    },
    tells: "names",
  },
];
