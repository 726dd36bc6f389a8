import type { Agent, Answer } from "./agent.ts";

/** Ids that the operations share. The agent has made these objects with Paperclip's API beforehand. */
export interface Ground {
  projectId: string;
  workspaceId: string;
  issueId: string;
}

/** Something that Paperclip does with a file in an agent's workspace, through a route of the table. */
export interface Operation {
  name: string;
  /** As in the table of routes. */
  route: string;
  /** The path in the workspace of the file that the server opens. */
  at: string;
  /** Runs before the file is replaced, e.g. the import of the skill. Its result is passed to `ask`. */
  before?: (agent: Agent, ground: Ground) => Promise<string>;
  ask: (agent: Agent, ground: Ground, made: string) => Promise<Answer[]>;
  /** Changes files instead of showing them. */
  writes?: boolean;
  /** Shows only the names of files, or only facts about them. */
  tells?: "names" | "nothing";
}
