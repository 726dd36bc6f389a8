/** What doctor asks the machine. A question without an answer becomes a finding, and doctor goes on. */
import type { z } from "zod";
import { exec } from "../components/fly/exec.ts";
import { FlyctlError } from "../components/fly/flyctl.ts";
import { parseShaped } from "../components/json.ts";
import { type Finding, problem } from "./finding.ts";
import type { StackOutputs } from "./stackOutputs.ts";

export class Questions {
  readonly #outputs: Pick<StackOutputs, "appName" | "machineId">;
  /** One finding for each question that Fly.io has not put to the machine or has cut off, or whose answer nobody understands. */
  readonly unanswered: Finding[] = [];

  constructor(outputs: Pick<StackOutputs, "appName" | "machineId">) {
    this.#outputs = outputs;
  }

  /**
   * @param subject of the findings that are made of the answer.
   * @returns undefined where the command failed in the machine, and where there is no answer.
   * @throws FlyctlError when Fly.io does not let the token run the command.
   */
  async ask<T>(subject: string, command: string, shape: z.ZodType<T>): Promise<T | undefined> {
    const { appName, machineId } = this.#outputs;
    try {
      const { exit_code, stdout } = await exec(appName, machineId, command);
      return exit_code === 0 ? parseShaped(stdout, shape, command) : undefined;
    } catch (error) {
      if (error instanceof FlyctlError && error.refused) throw error;
      const reason =
        error instanceof FlyctlError ? error.message : "its answer is none that doctor understands";
      const fix = `try again in a minute; if it stays so, see flyctl logs --app ${appName}`;
      this.unanswered.push(problem(subject, `the machine does not tell: ${reason}`, fix));
      return undefined;
    }
  }
}

/** Findings, without what would be concluded from the absence of an answer. */
export function answered(findings: readonly Finding[], unanswered: readonly Finding[]): Finding[] {
  const silent = new Set(unanswered.map(({ subject }) => subject));
  return [...findings.filter(({ subject }) => !silent.has(subject)), ...unanswered];
}
