import type { Agent, Answer } from "./agent.ts";

/** Ids that the operations share: what the agent has made with Paperclip's API before. */
export interface Ground {
  projectId: string;
  workspaceId: string;
  issueId: string;
}

/** Something that Paperclip does with a file in an agent's workspace, by a route of the table. */
export interface Operation {
  name: string;
  /** As in the table of routes. */
  route: string;
  /** The file that the server opens, in the workspace. */
  at: string;
  /** Asked before the file is exchanged, e.g. the skill's import. Its result goes to `ask`. */
  before?: (agent: Agent, ground: Ground) => Promise<string>;
  ask: (agent: Agent, ground: Ground, made: string) => Promise<Answer[]>;
  /** Changes files instead of giving them. */
  writes?: boolean;
  /** Gives names of files only, or only says something about them. */
  tells?: "names" | "nothing";
}
